/** A file of Python code, as far as it shows how it is started. */
export interface PythonFile {
  /** Relative to the repository, with `/` between folders. */
  readonly path: string
  /** The text with comments and texts of several lines blanked, so that what is found in it is code. Offsets are those of the text. */
  readonly code: string
  /** The first parts of the names that it imports absolutely: `fastapi`, `app`. */
  readonly imports: ReadonlySet<string>
}

/** Reads what matters of a Python file; it is never run. */
export function readPythonFile(path: string, text: string): PythonFile {
  const code = codeOf(text)
  return { path, code, imports: importsOf(code) }
}

/** The 1-based line on which an offset of the code stands. */
export function lineAt({ code }: PythonFile, offset: number): number {
  return code.slice(0, offset).split('\n').length
}

const texts = /[rbuf]{0,2}("""|''')[\s\S]*?(?:\1|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*/gi

function codeOf(text: string): string {
  return text.replace(texts, (found, triple: string | undefined) =>
    triple !== undefined || found.startsWith('#') ? found.replace(/[^\n]/g, ' ') : found,
  )
}

function importsOf(code: string): Set<string> {
  const names = new Set<string>()
  for (const [, from, list] of code.matchAll(
    /^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)(?:\.[\w.]*)?[ \t]+import\b|import[ \t]+(.+))/gm,
  )) {
    if (from !== undefined) names.add(from)
    for (const name of list?.split(',') ?? []) {
      const first = /^\s*([A-Za-z_]\w*)/.exec(name)?.[1]
      if (first !== undefined) names.add(first)
    }
  }
  return names
}

const variable = `["'](?:PORT|(?:APP|SERVER|HTTP|WEB|API|UVICORN|GUNICORN|FLASK|GRADIO_SERVER)_PORT)["']`
const number = String.raw`(?:int\(\s*)?(?:(\d{2,5})\b|os\.(?:environ\.get|getenv)\(\s*${variable}\s*,\s*["']?(\d{2,5}))`
const argument = new RegExp(String.raw`\b(?:server_)?port\s*=\s*(?:${number}|([A-Za-z_]\w*))`)
const fallback = new RegExp(String.raw`os\.(?:environ\.get|getenv)\(\s*${variable}\s*,\s*["']?(\d{2,5})`)

/** The port that the calls of a file which start a server name, or that it falls back on where the environment names none. */
export function portIn({ code }: PythonFile): number | undefined {
  for (const call of serverCalls(code)) {
    const [, plain, ofEnvironment, name] = argument.exec(call) ?? []
    const set = name === undefined ? undefined : new RegExp(String.raw`^${name}\b[^=\n]*=\s*${number}`, 'm').exec(code)
    const port = plain ?? ofEnvironment ?? set?.[1] ?? set?.[2]
    if (port !== undefined) return inRange(port)
  }
  return inRange(fallback.exec(code)?.[1])
}

/** Whether a call that starts a server binds it to this machine alone. */
export function listensLocally({ code }: PythonFile): boolean {
  return serverCalls(code).some(call => /\b(?:host|server_name)\s*=\s*["'](?:127\.0\.0\.1|localhost)["']/.test(call))
}

/** Calls of a file that are looked at, and characters of each: they may stand in one another. */
const MOST_CALLS = 50
const LONGEST_CALL = 4096

/** The calls that start a server, from their name to their closing parenthesis. */
function serverCalls(code: string): string[] {
  const starts = [
    ...code.matchAll(/(?:\buvicorn\.run|\.run|\.launch|\bserve|\brun_server|\brun_app|\brun_simple)\s*\(/g),
  ].slice(0, MOST_CALLS)
  return starts.map(({ index, 0: start }) => code.slice(index, closing(code, index + start.length)))
}

function closing(code: string, from: number): number {
  let depth = 1
  const end = Math.min(code.length, from + LONGEST_CALL)
  for (let i = from; i < end; i++) {
    if (code[i] === '(') depth++
    else if (code[i] === ')' && --depth === 0) return i + 1
  }
  return end
}

function inRange(port: string | undefined): number | undefined {
  const value = Number(port)
  return value > 0 && value < 65536 ? value : undefined
}
