import { lineAt, type PythonFile } from './python-code.ts'

/** Something that the code writes below the folder that it runs in. */
export interface Write {
  /** `Chroma`, `SQLite`, `uploads`. */
  readonly what: string
  /** `app/db.py:4` */
  readonly source: string
}

/** Code that keeps data in a relative path. */
const signs: readonly { readonly what: string; readonly imported?: string; readonly sign: RegExp }[] = [
  // chromadb keeps its data in ./chroma where no path is given.
  {
    what: 'Chroma',
    imported: 'chromadb',
    sign: /\bPersistentClient\(\s{0,100}(?:\)|(?!path\b|["'])[^)\s]|(?:path\s{0,100}=\s{0,100})?["'](?!\/))/,
  },
  { what: 'Chroma', sign: /\bpersist_directory\s{0,100}=\s{0,100}["'](?!\/)/ },
  { what: 'SQLite', sign: /["']sqlite(?:\+\w{1,40})?:\/\/\/(?!\/|:memory:|["'])/ },
  { what: 'SQLite', imported: 'sqlite3', sign: /\bsqlite3\.connect\(\s{0,100}["'](?!\/|:memory:|file:)/ },
  { what: 'SQLite', imported: 'aiosqlite', sign: /\baiosqlite\.connect\(\s{0,100}["'](?!\/|:memory:|file:)/ },
  // Django's own settings lead to db.sqlite3 beside manage.py.
  { what: 'SQLite', sign: /["']django\.db\.backends\.sqlite3["']/ },
  { what: 'uploads', sign: /\b(?:UPLOAD_(?:FOLDER|DIR|PATH)|MEDIA_ROOT)\b["'\]\s]{0,20}=(?!=)\s{0,100}(?!["']\/)\S/ },
  { what: 'a folder', sign: /\bos\.(?:makedirs|mkdir)\(\s{0,100}["'](?!\/)/ },
  { what: 'a folder', sign: /\bPath\(\s{0,100}["'](?!\/)[^"'\n]{1,200}["']\s{0,100}\)\.mkdir\(/ },
]

/** What the code of a repository writes below the folder that it is started in, the first place of each kind. */
export function writesOf(files: readonly PythonFile[]): Write[] {
  const found = new Map<string, Write>()
  for (const file of files) {
    for (const { what, imported, sign } of signs) {
      if (found.has(what) || (imported !== undefined && !file.imports.has(imported))) continue
      const at = sign.exec(file.code)
      if (at) found.set(what, { what, source: `${file.path}:${lineAt(file, at.index)}` })
    }
  }
  return [...found.values()]
}
