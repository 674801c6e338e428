import type { Facts, Problem } from './facts.ts'

/** Whether a comment `# torchpin: ignore CODE, CODE` stands before the instruction, or the pattern, of a problem. */
export function isSilenced({ code, span, in: where }: Problem, { dockerfile, context }: Facts): boolean {
  if (where === 'dockerignore') {
    const { text = '', patterns = [] } = context.ignore?.rules ?? {}
    const before = patterns.findLast(pattern => pattern.span.end <= span.start)?.span.end ?? 0
    // What is missing has no line of its own: a comment anywhere is about it.
    return names(
      text.slice(span.end === span.start ? 0 : before, span.end === span.start ? undefined : span.start),
      code,
    )
  }
  const { source, instructions } = dockerfile
  const at = instructions.findLastIndex(instruction => instruction.span.start <= span.start)
  const start = instructions[at - 1]?.span.end ?? 0
  return names(source.slice(start, instructions[at]?.span.end), code)
}

function names(text: string, code: string): boolean {
  for (const [, list] of text.matchAll(/^[ \t]*#[ \t]*torchpin:[ \t]*ignore[ \t]+([^\r\n]*)/gm))
    if (list!.split(/[\s,]+/).includes(code)) return true
  return false
}
