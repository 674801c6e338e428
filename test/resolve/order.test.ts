import { expect, test } from 'vitest'
import { plain } from './memory-index.ts'
import { solveWorld, type World } from './world.ts'

async function chosen(text: string, main: World['main']): Promise<string[]> {
  const { outcome } = await solveWorld({ files: { 'requirements.txt': text }, main: main! })
  if (typeof outcome === 'string') throw new Error(outcome)
  return [...outcome].map(([project, version]) => `${project}==${version}`).sort()
}

/** Ten releases of a project, of which those from `since` on bar the newest release of another. */
const barring = (other: string, since: number) =>
  Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${i}.0`, i < since ? {} : { requires: [`${other}<2`] }]))

test.each([
  ['alpha', 'zulu'],
  ['zulu', 'alpha'],
])('a project whose newest releases all want an older %s than the newest goes first', async (wanted, wants) => {
  const main = { [wanted]: plain('1.0', '2.0'), [wants]: barring(wanted, 3) }
  for (const text of [`${wanted}\n${wants}\n`, `${wants}\n${wanted}\n`])
    expect(await chosen(text, main)).toEqual([`${wanted}==1.0`, `${wants}==9.0`].sort())
})

test('so it is where a package in between asks', async () => {
  const main = {
    app: { '1.0': { requires: ['middle', 'pillow'] } },
    middle: barring('pillow', 2),
    pillow: plain('1.0', '2.0'),
  }
  expect(await chosen('app\n', main)).toEqual(['app==1.0', 'middle==9.0', 'pillow==1.0'])
})

test('two projects that want each other older change places once', async () => {
  const main = { left: barring('right', 3), right: barring('left', 3) }
  expect(await chosen('left\nright\n', main)).toEqual(await chosen('right\nleft\n', main))
})
