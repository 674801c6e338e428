import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** A regular expression as the code has it. */
export interface Found {
  /** `src/text/secrets.ts:6`. */
  readonly place: string
  readonly source: string
  readonly flags: string
}

/** The regular expressions written as literals in the TypeScript below a folder, and the places that build one. */
export function expressionsBelow(folder: string): {
  readonly literals: readonly Found[]
  readonly built: readonly string[]
} {
  const literals: Found[] = []
  const built: string[] = []
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!name.endsWith('.ts')) continue
    const path = join(folder, name).replaceAll('\\', '/')
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023)
    const placeOf = (node: ts.Node) => `${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/')
        literals.push({ place: placeOf(node), source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
      } else if (ts.isNewExpression(node) && node.expression.getText(file) === 'RegExp') built.push(placeOf(node))
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return { literals, built }
}
