import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Closures, closureTable, grouped } from './closures.ts'
import type { Compared, Difference, Results } from './results.ts'

/** A path of this project, wherever the script that asks was bundled to. */
export const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.resolve('torchpin')))

/** Writes test/comparison/README.md from what the last live runs left beside it. */
export async function writeDocument(): Promise<void> {
  const [results, closures] = await Promise.all([read<Results>('results'), read<Closures>('closures')])
  await writeFile(inProject('test/comparison/README.md'), documentText(results, closures))
}

async function read<Kept>(name: string): Promise<Kept | undefined> {
  try {
    return JSON.parse(await readFile(inProject(`test/comparison/${name}.json`), 'utf8')) as Kept
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

/** The document, from what is kept of the live runs. */
export function documentText(results: Results | undefined, closures: Closures | undefined): string {
  return [
    '# torchpin beside uv and pip',
    '',
    'Made by `scripts/compare-with-uv.ts` and `scripts/check-closures.ts` (see there for how to run them), which ask the',
    'public index live; `results.test.ts` holds the kept answers to what is claimed here.',
    '',
    ...(results ? resolutionPart(results) : []),
    ...(closures ? closurePart(closures) : []),
  ].join('\n')
}

function resolutionPart(results: Results): string[] {
  const { compared, differences, refused, passedOver, tools, date, limit } = results
  const same = compared.filter(row => row.same).length
  const fine = (tool: 'uv' | 'pip') => compared.filter(row => row[tool] === 'ok').length
  return [
    '## Resolutions',
    '',
    `Run on ${date} with torchpin ${tools.torchpin}, uv ${tools.uv} and pip ${tools.pip}, for Python 3.11 on Linux x86_64; only files`,
    `uploaded before ${limit} count. ${compared.length} files are compared: **${same} resolve to the very same versions of the very`,
    `same projects as in uv; ${fine('uv')} of the rewritten files pass \`uv pip install --dry-run\`, ${fine('pip')} pass \`pip install --dry-run\`.**`,
    '',
    ...method,
    '',
    '| file | packages | torch family | style | as uv | uv dry run | pip dry run | newer in pip |',
    '| --- | ---: | --- | --- | --- | --- | --- | ---: |',
    ...compared.map(comparedRow),
    '',
    ...refusals(compared),
    '### Differences',
    '',
    ...(differences.length === 0
      ? ['None.']
      : [
          "| file | project | torchpin | uv | torchpin is | uv accepts torchpin's whole set | why |",
          '| --- | --- | --- | --- | --- | --- | --- |',
          ...differences.map(differenceRow),
        ]),
    '',
    ...notes(compared),
    '### No set of versions',
    '',
    'torchpin finds none; uv, asked the same, says:',
    '',
    '| file | uv | remark |',
    '| --- | --- | --- |',
    ...refused.map(({ file, uv, why }) => `| ${file} | ${cell(uv)} | ${cell(why ?? '')} |`),
    '',
    '### Passed over',
    '',
    '| file | why |',
    '| --- | --- |',
    ...passedOver.map(({ file, why }) => `| ${file} | ${cell(why)} |`),
    '',
  ]
}

const method = [
  'How it is done:',
  '',
  "- PyTorch's own index is not asked. A server on 127.0.0.1 (`test/loopback/described-index.ts`) describes its real wheels",
  "  as `snapshot/cpu.json` knows them: pages in the dialect of PyTorch's generator and `<wheel>.metadata`. It holds no wheel",
  '  bodies, but for one real wheel where a path to it is given. Its copies of projects outside the torch family are not there.',
  '- For files whose upload moment is not known, 2026-01-01 is stated: uv leaves out files without one under a date limit.',
  "- A missing page is 403, as on S3; uv is told 404, since it forgives 403 of PyTorch's own host alone.",
  '- uv gets one index that is the whole world: pages of the torch family from that server, a redirect to the public index for',
  "  every other project. It gets the file as it was, with those edits alone that put torchpin's question: CUDA labels and",
  "  PyTorch's index lines gone, lines that only CUDA builds need gone, CPU twins in the place of GPU packages; and what",
  '  torchpin holds to for the sake of run time (numpy<2 beside torch<2.3) as a constraint. Compared are all projects and',
  '  versions of `uv pip compile --python-platform x86_64-manylinux_2_28`, not only the pins that are written.',
  '- The rewritten file then goes to `uv pip install --dry-run` and `pip install --dry-run --ignore-installed` with the CPU',
  '  index as the file names it and the public index. Right is: the torch family exactly as chosen, and no package that only',
  '  CUDA builds need. pip is given no date (it cannot take one beside an index that states none), so it may take newer',
  '  versions where the rewritten file leaves a name open.',
  '- No code of packages is run: wheels only. Where a source distribution was chosen, an empty wheel with the dependencies',
  '  that torchpin read stands in for it in uv and pip, and the hashes of that file are left out, since its bytes are others;',
  '  lines that name a URL, a repository or a folder are left out.',
  '- Where a file of the corpus names the CPU index, the address of the server takes its place before anything is asked.',
]

function comparedRow(row: Compared): string {
  const marks = `${row.standIns.length > 0 ? ' ¹' : ''}${row.leftOut.length > 0 ? ' ²' : ''}${row.traps.length > 0 ? ' ³' : ''}`
  const cells = [
    ...[row.file + marks, row.packages, row.torch.join(', '), row.style, row.same ? 'same' : 'see below'],
    ...[row.uv === 'ok' ? 'ok' : 'no, see below', row.pip === 'ok' ? 'ok' : 'no, see below', row.newerInPip],
  ]
  return `| ${cells.join(' | ')} |`
}

/** Rewritten files that an installer does not take. */
function refusals(compared: readonly Compared[]): string[] {
  const rows = compared.flatMap(({ file, why = '', ...row }) =>
    (['uv', 'pip'] as const)
      .filter(tool => row[tool] !== 'ok')
      .map(tool => `| ${file} | ${tool} | ${cell(row[tool])} | ${cell(why)} |`),
  )
  return rows.length === 0
    ? []
    : ['### Not taken', '', '| file | by | its words | why |', '| --- | --- | --- | --- |', ...rows, '']
}

function differenceRow(row: Difference): string {
  const cells = [
    ...[row.file, row.project, row.torchpin ?? '–', row.uv ?? '–', row.torchpinIs],
    ...[row.uvAccepts ? 'yes' : 'no', cell(row.why ?? '')],
  ]
  return `| ${cells.join(' | ')} |`
}

function notes(compared: readonly Compared[]): string[] {
  const listed = (mark: string, field: 'standIns' | 'leftOut' | 'traps') =>
    compared.flatMap(row =>
      row[field].length > 0 ? [`- ${mark} ${row.file}: ${row[field].map(text => `\`${cell(text)}\``).join(', ')}`] : [],
    )
  const all = [...listed('¹', 'standIns'), ...listed('²', 'leftOut'), ...listed('³', 'traps')]
  return all.length === 0
    ? []
    : ['¹ stood in for by an empty wheel, ² left out, ³ held to for the sake of run time:', '', ...all, '']
}

function closurePart({ date, rows, cpu }: Closures): string[] {
  return [
    '## Sizes',
    '',
    `What torchpin works out for \`torch==X\` from the public index (Python 3.11, Linux x86_64, ${date}), beside what was measured`,
    "without it (`fixtures/oracle/closures.json`). Bytes; % is how far torchpin's figure is from the measured one.",
    '',
    ...closureTable(rows),
    '',
    ...(cpu
      ? [
          'torch 2.13.0 with the real wheel of its CPU build served, at the moment of the measurement:',
          '',
          '| | packages | download | installed |',
          '| --- | ---: | ---: | ---: |',
          ...(['before', 'after'] as const).map(
            side =>
              `| ${side} | ${cpu[side].packages} | ${grouped(cpu[side].download)} | ${grouped(cpu[side].installed)} |`,
          ),
          '',
        ]
      : []),
  ]
}

/** Text inside a table: one line, nothing that ends the cell. */
const cell = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim()
