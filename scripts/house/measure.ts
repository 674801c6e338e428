import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { arrows, cyclesIn, files, importsOf, source } from './imports.ts'

/** Lines that a function may have, and parameters. */
const LINES = 60
const PARAMETERS = 4

interface Found {
  readonly name: string
  readonly lines: number
  readonly parameters: number
}

/** The measures of the source, by what they are. */
export function measure(): Record<string, string> {
  const between = arrows()
  const circles = cyclesIn(between)
  const texts = new Map(files.map(file => [file, readFileSync(join(source, file), 'utf8')]))
  const functions = [...texts].flatMap(([file, text]) => functionsIn(file, text))
  const long = functions.filter(({ lines }) => lines > LINES).sort((a, b) => b.lines - a.lines)
  const wide = functions.filter(({ parameters }) => parameters > PARAMETERS)
  const caches = [...texts].flatMap(([file, text]) => cachesIn(text).map(name => `${file}:${name}`))
  return {
    files: `${files.length}`,
    lines: `${[...texts.values()].reduce((sum, text) => sum + text.split('\n').length - 1, 0)}`,
    'files at the root': `${files.filter(file => !file.includes('/')).length}`,
    rooms: `${between.size}`,
    'arrows between rooms': `${[...between.values()].reduce((sum, to) => sum + to.size, 0)}`,
    'rooms in circles': `${circles.flat().length}`,
    'files in circles': `${cyclesIn(new Map(files.map(file => [file, importsOf(file).filter(path => texts.has(path))]))).flat().length}`,
    'longest function': long[0] ? `${long[0].lines} lines, ${long[0].name}` : `at most ${LINES} lines`,
    [`functions over ${LINES} lines`]: `${long.length}: ${long.map(({ name, lines }) => `${name} ${lines}`).join(', ')}`,
    [`functions with over ${PARAMETERS} parameters`]: `${wide.length}: ${wide.map(({ name }) => name).join(', ')}`,
    'files under 25 lines': `${[...texts.values()].filter(text => text.split('\n').length <= 25).length}`,
    'caches at module level': `${caches.length}: ${caches.join(', ')}`,
  }
}

function functionsIn(file: string, text: string): Found[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      const [start, end] = [node.getStart(), node.end].map(at => tree.getLineAndCharacterOfPosition(at).line)
      const name =
        node.name?.getText() ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : 'a callback')
      found.push({ name: `${file}:${name}`, lines: end! - start! + 1, parameters: node.parameters.length })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

/** Maps and sets that a module fills while it runs. */
function cachesIn(text: string): string[] {
  return [
    ...text.matchAll(/^(?:export )?(?:const|let) (\w+)[^\n]*= new (?:Map|WeakMap|Set|WeakSet)(?:<[^\n]*>)?\(\)$/gm),
  ].map(([, name]) => name!)
}
