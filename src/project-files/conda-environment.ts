import { factsOfRanges } from './pyproject-python.ts'
import { noFacts, type PythonFacts } from './python-facts.ts'

/**
 * The Python of a conda environment file: `- python=3.10`, `- conda-forge::python ==3.10.4`, `- python>=3.9,<3.12`. One `=`
 * of conda's means any release that begins so.
 */
export function fromCondaEnvironment(text: string): PythonFacts {
  for (const [i, content] of text.split(/\r\n|\n|\r/).entries()) {
    const spec = /^\s*-\s*["']?(?:[\w.-]+::)?python(?=[\s=<>!~"']|$)\s*([^"'#]*)/.exec(content)?.[1]?.trim()
    if (spec === undefined || spec === '') continue
    return factsOfRanges([{ range: rangeOf(spec), line: i + 1 }])
  }
  return noFacts
}

function rangeOf(spec: string): string {
  const [, exact, version] = /^(={0,2})\s*(3(?:\.\d+){1,2})(?:\.\*|\*)?(?:=\S*)?$/.exec(spec) ?? []
  if (version === undefined) return spec
  return exact === '==' || version.split('.').length > 2 ? `==${version}` : `==${version}.*`
}
