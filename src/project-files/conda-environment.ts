import type { Span } from '../text/edits.ts'
import { readYaml, type ScalarPlace } from './yaml-nodes.ts'

/** One item of the `pip:` list, on a line of its own. */
export interface PipItem {
  /** What pip is given, without quotes. */
  readonly text: Span
  readonly quote: '' | "'" | '"'
  /** From the beginning of its line to the beginning of the next one. */
  readonly line: Span
}

/** The `pip:` list of a conda environment file, which conda hands to pip line by line. */
export interface PipList {
  /** At least one. */
  readonly items: readonly PipItem[]
}

/** Why the list is none that can be edited in place. */
export interface PipListProblem {
  /** 1-based. */
  readonly line: number
  /** A clause: `its list is not written one item on a line`. */
  readonly problem: string
  readonly hint: string
}

/** By what names conda has torch: what it installs, pip finds there. */
const torchOfConda = /^(?:[\w./-]+::)?pytorch(?:-gpu|-cuda|-cpu|-mutex)?(?=$|[\s=<>!~[])/i

/** Reads the `pip:` list of a conda environment file; undefined where the text has none, or is no such file. */
export function readPipList(text: string): PipList | PipListProblem | undefined {
  const yaml = readYaml(text)
  if (!yaml) return undefined
  const dependencies = yaml.items(yaml.at(yaml.root, 'dependencies'))
  const list = dependencies.map(entry => yaml.at(entry, 'pip')).find(found => found !== undefined && found !== null)
  const nodes = yaml.items(list)
  if (nodes.length === 0) return undefined
  const conda = dependencies.find(entry => torchOfConda.test(yaml.textOf(entry) ?? ''))
  if (conda !== undefined)
    return {
      line: yaml.lineOf(conda) ?? 1,
      problem: 'torch comes from conda here, and pip finds it installed',
      hint: 'for torch without CUDA name pytorch-cpu there, or pytorch with cpuonly; or take it out and have pip install torch',
    }
  const items = nodes.map(node => itemAt(text, yaml.placeOf(node)))
  const odd = items.findIndex((item, i) => !item || item.line.start < (items[i - 1]?.line.end ?? 0))
  if (odd < 0) return { items: items.flatMap(item => item ?? []) }
  return {
    line: yaml.lineOf(nodes[odd]) ?? 1,
    problem: 'this item of the pip list is not written on one line of its own, as it stands',
    hint: 'write one item on a line, as in a requirements file: "- torch>=2.0"',
  }
}

function itemAt(text: string, place: ScalarPlace | undefined): PipItem | undefined {
  if (place?.quote === undefined) return undefined
  const { start, end, quote } = place
  const inner = { start: start + quote.length, end: end - quote.length }
  const feed = text.lastIndexOf('\n', start - 1) + 1
  const lineStart = feed + text.slice(feed, start).lastIndexOf('\r') + 1
  const rest = /[\r\n]/.exec(text.slice(start))
  const lineEnd = rest ? start + rest.index + (text.startsWith('\r\n', start + rest.index) ? 2 : 1) : text.length
  const written = text.slice(inner.start, inner.end)
  // An escape would stand for something else than itself.
  const isPlain =
    !/[\r\n]/.test(written) && !(quote === '"' && written.includes('\\')) && !(quote === "'" && written.includes("'"))
  const isAlone =
    /^\s*-[ \t]+$/.test(text.slice(lineStart, start)) && /^[ \t]*(?:#.*)?$/.test(text.slice(end, lineEnd).trimEnd())
  return isPlain && isAlone ? { text: inner, quote, line: { start: lineStart, end: lineEnd } } : undefined
}

/**
 * The list as a requirements file of the same length, in which every item stands where it stood: all else is blank, but for
 * comments at the items and between them.
 */
export function asRequirements(text: string, { items }: PipList): string {
  const blank = (from: number, to: number) => text.slice(from, to).replace(/[^\r\n]/g, ' ')
  const parts: string[] = []
  let at = 0
  for (const [i, { text: item, quote, line }] of items.entries()) {
    const between = text.slice(at, line.start)
    parts.push(i === 0 ? blank(at, line.start) : between.replace(/^(?![ \t]*#).*$/gm, same => ' '.repeat(same.length)))
    parts.push(blank(line.start, item.start), text.slice(item.start, item.end), ' '.repeat(quote.length))
    parts.push(text.slice(item.end + quote.length, line.end))
    at = line.end
  }
  return [...parts, blank(at, text.length)].join('')
}
