import { describe, expect, test } from 'vitest'
import type { Target } from '../../src/packaging/target.ts'
import { type Projects, plain, type Release } from './memory-index.ts'
import { linux311, solveWorld, type World } from './world.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
/** `count` releases 0.0, 1.0, … */
const releases = (count: number, of: (i: number) => Release): Record<string, Release> =>
  Object.fromEntries(range(count).map(i => [`${i}.0`, of(i)]))

const ask = (text: string, main: Projects, more: Partial<World> = {}) =>
  solveWorld({ main, files: { 'requirements.txt': text }, ...more })
/** What was chosen, as `name==version`, in the order of names. */
async function chosen(...asked: Parameters<typeof ask>): Promise<string[]> {
  const { outcome } = await ask(...asked)
  if (typeof outcome === 'string') throw new Error(outcome)
  return [...outcome].map(([project, version]) => `${project}==${version}`).toSorted()
}
async function refusal(...asked: Parameters<typeof ask>): Promise<string> {
  const { outcome } = await ask(...asked)
  if (typeof outcome !== 'string') throw new Error(`solved: ${JSON.stringify([...outcome])}`)
  return outcome
}

describe('going back', () => {
  /** A chain in which version i of each link needs version i of the next, and the last one has its oldest version only. */
  const chain = (length: number, versions: number): Projects => ({
    ...Object.fromEntries(
      range(length).map(link => [`p${link}`, releases(versions, i => ({ requires: [`p${link + 1}==${i}.0`] }))]),
    ),
    [`p${length}`]: plain('0.0'),
  })

  test('over a long chain in which only the oldest versions go together', async () => {
    const { outcome, expansions } = await ask('p0\n', chain(30, 12))
    expect(outcome).toEqual(new Map(range(31).map(link => [`p${link}`, '0.0'])))
    expect(expansions).toBeLessThan(31 * 12 * 3)
  })

  test('over a long chain that has no solution', async () => {
    const { outcome, expansions } = await ask('p0>=1\n', chain(30, 12))
    expect(outcome).toMatchInlineSnapshot(`
      "no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for p0>=1, which leads to p29 by way of p1, p2, p3 and 25 others.
        p29>=1.0 depends on p30==1.0 … p30==11.0.
        There is no such version of p30: the public index has 0.0.
      hint: change requirements.txt:1"
    `)
    expect(expansions).toBeLessThan(31 * 12 * 3)
  })

  test('over projects asked before the one at fault is reached', async () => {
    const innocent = Object.fromEntries(range(20).map(i => [`i${i}`, releases(10, () => ({}))]))
    const main = { ...innocent, a: releases(20, i => ({ requires: [`b==${i}.0`] })), b: plain('3.0') }
    const { outcome, expansions } = await ask(
      `${range(20)
        .map(i => `i${i}\n`)
        .join('')}a\n`,
      main,
    )
    expect((outcome as Map<string, string>).get('a')).toBe('3.0')
    expect(expansions).toBeLessThan(150)
  })

  test('in a diamond whose newest sides do not fit', async () => {
    const main = {
      top: { '1.0': { requires: ['left', 'right'] } },
      left: { '1.0': { requires: ['base<3'] }, '2.0': { requires: ['base>=2'] } },
      right: { '1.0': { requires: ['base<2'] }, '2.0': { requires: ['base<2'] } },
      base: plain('1.0', '2.0', '3.0'),
    }
    expect(await chosen('top\n', main)).toEqual(['base==1.0', 'left==1.0', 'right==2.0', 'top==1.0'])
  })

  test('out of a circle', async () => {
    const main = {
      a: { '1.0': { requires: ['b'] }, '2.0': { requires: ['b==2.0'] } },
      b: { '1.0': { requires: ['a==1.0'] }, '2.0': { requires: ['a==1.0'] } },
    }
    expect(await chosen('a\n', main)).toEqual(['a==1.0', 'b==2.0'])
  })
})

describe('many versions', () => {
  test('a project with thousands of them, the newest of which will do', async () => {
    const { outcome, expansions } = await ask('big\n', { big: releases(5000, () => ({})) })
    expect(outcome).toEqual(new Map([['big', '4999.0']]))
    expect(expansions).toBeLessThan(5)
  })

  test('a project with thousands of them, half of which are barred', async () => {
    const main = { big: releases(3000, () => ({})), user: { '1.0': { requires: ['big<1500,!=1499.0'] } } }
    expect(await chosen('big\nuser\n', main)).toEqual(['big==1498.0', 'user==1.0'])
  })

  test('a pair in which each version needs its own of the other', async () => {
    const main = {
      boto3: releases(600, i => ({ requires: [`botocore>=${i},<${i + 1}`, 's3transfer>=1'] })),
      botocore: releases(600, () => ({ requires: ['urllib3<2'] })),
      s3transfer: releases(5, () => ({ requires: ['botocore>=2'] })),
      urllib3: plain('1.0', '2.0'),
    }
    const { outcome, expansions } = await ask('boto3\nbotocore<400\nurllib3\n', main)
    expect(outcome).toEqual(
      new Map([
        ['boto3', '399.0'],
        ['botocore', '399.0'],
        ['urllib3', '1.0'],
        ['s3transfer', '4.0'],
      ]),
    )
    expect(expansions).toBeLessThan(1000)
  })

  test('such a pair between whose lines nothing fits', async () => {
    const main = {
      boto3: releases(300, i => ({ requires: [`botocore>=${i},<${i + 1}`] })),
      botocore: releases(300, () => ({})),
    }
    const { outcome, expansions } = await ask('boto3>=200\nbotocore<200\n', main)
    expect(outcome).toContain('requirements.txt:1 asks for boto3>=200, which depends on botocore>=200.0.')
    expect(expansions).toBeLessThan(500)
  })
})

describe('extras', () => {
  const a: Release = {
    requires: [
      'c<2 ; extra == "old"',
      'c>=2 ; extra == "new"',
      'a[old] ; extra == "all"',
      'd ; extra == "all"',
      'e',
      'a[loop] ; extra == "pool"',
      'a[pool] ; extra == "loop"',
    ],
    extras: ['old', 'new', 'all', 'loop', 'pool'],
  }
  const main: Projects = { a: { '1.0': a }, c: plain('1.0', '2.0'), d: plain('1.0'), e: plain('1.0') }

  test('bring what they need, and the plain project what it needs', async () => {
    expect(await chosen('a[old]\n', main)).toEqual(['a==1.0', 'c==1.0', 'e==1.0'])
  })

  test('of one project in two lines count together', async () => {
    expect(await refusal('a[old]\na[new]\n', main)).toMatchInlineSnapshot(`
      "no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for a[old], which depends on c<2.
        requirements.txt:2 asks for a[new], which depends on c>=2.
        No choice of a fits all of these.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('may ask for another extra of their project', async () => {
    expect(await chosen('a[all]\n', main)).toEqual(['a==1.0', 'c==1.0', 'd==1.0', 'e==1.0'])
    expect(await refusal('a[all,new]\n', main)).toMatchInlineSnapshot(`
      "no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for a[all,new].
        a[all] depends on a[old], which depends on c<2.
        a[new] depends on c>=2.
        No choice of a fits all of these.
      hint: change requirements.txt:1"
    `)
  })

  test('may ask for one another in a circle', async () => {
    expect(await chosen('a[loop]\n', main)).toEqual(['a==1.0', 'e==1.0'])
  })

  test('that a version does not have bring nothing', async () => {
    expect(await chosen('a[none]\n', main)).toEqual(['a==1.0', 'e==1.0'])
  })

  test('are those of the version that is chosen', async () => {
    const versions = { a: { '1.0': {}, '2.0': { requires: ['gone ; extra == "x"'], extras: ['x'] } } }
    expect(await chosen('a[x]\n', versions)).toEqual(['a==1.0'])
    expect(await chosen('a\n', versions)).toEqual(['a==2.0'])
  })

  test('are called by any spelling of their names', async () => {
    const spelled = {
      a: { '1.0': { requires: ['c ; extra == "Some_Thing"'], extras: ['Some_Thing'] } },
      c: plain('1.0'),
    }
    expect(await chosen('a[some.thing]\n', spelled)).toEqual(['a==1.0', 'c==1.0'])
  })
})

describe('markers', () => {
  const targets: readonly Target[] = [linux311, { python: '3.11', platform: 'macos-arm64' }]
  const main: Projects = {
    a: {
      '1.0': { requires: ['c<2 ; sys_platform == "darwin"'] },
      '2.0': { requires: ['c<1.5 ; sys_platform == "darwin"'] },
    },
    c: plain('1.0', '2.0'),
  }

  test('that hold nowhere ask for nothing', async () => {
    expect(await chosen('a\nc ; sys_platform == "win32"\n', main)).toEqual(['a==2.0'])
  })

  test('count where they hold on one target', async () => {
    expect(await chosen('a\nc\n', main, { targets })).toEqual(['a==2.0', 'c==1.0'])
  })

  test('make a conflict that one target alone would not have', async () => {
    expect(await chosen('a\nc>=2\n', main)).toEqual(['a==2.0', 'c==2.0'])
    expect(await refusal('a\nc>=2\n', main, { targets })).toContain('No version of c fits both')
  })
})

describe('which versions count', () => {
  test('all but those excluded', async () => {
    const main = { a: plain('1.0', '1.1', '1.2', '2.0') }
    expect(await chosen('a!=2.0,!=1.2\n', main)).toEqual(['a==1.1'])
    expect(await chosen('a!=1.*\n', main)).toEqual(['a==2.0'])
    expect(await refusal('a!=1.*,!=2.*\n', main)).toMatchInlineSnapshot(`
      "no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for a!=1.*,!=2.*.
        There is no such version of a: the public index has 1.0 to 2.0.
      hint: ask for a version of a that is there"
    `)
  })

  test('pre-releases where there is nothing else, or a line names one', async () => {
    const main = { a: plain('1.0rc1', '1.0rc2'), b: plain('1.0', '2.0a1') }
    expect(await chosen('a\nb\n', main)).toEqual(['a==1.0rc2', 'b==1.0'])
    expect(await chosen('b>=2.0a1\n', main)).toEqual(['b==2.0a1'])
    expect(await chosen('b>1.0\n', main)).toEqual(['b==2.0a1'])
    expect(await refusal('a<1.0rc1\n', main)).toMatchInlineSnapshot(`
      "no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:1 asks for a<1.0rc1.
        There is no such version of a: the public index has 1.0rc1 and 1.0rc2.
      hint: ask for a version of a that is there"
    `)
  })

  test('those that constraints leave', async () => {
    const main = { a: { '1.0': {}, '2.0': { requires: ['c>=2'] } }, c: plain('1.0', '2.0') }
    const files = { 'requirements.txt': 'a\n', 'constraints.txt': 'c<2\nunrelated==1\n' }
    expect(await chosen('', main, { files })).toEqual(['a==1.0'])
  })

  test('withdrawn ones only where a line pins them', async () => {
    const main = { a: { '1.0': {}, '2.0': { yanked: true } } }
    expect(await chosen('a\n', main)).toEqual(['a==1.0'])
    expect(await chosen('a==2.0\n', main)).toEqual(['a==2.0'])
  })

  test('not those of which only METADATA says that they need another Python', async () => {
    const main = { a: { '1.0': {}, '2.0': { requiresPython: '>=3.12', silentPage: true } } }
    expect(await chosen('a\n', main)).toEqual(['a==1.0'])
  })
})

describe('the torch family', () => {
  const wheel = (...requires: string[]): Release => ({ tags: ['cp311-cp311-manylinux_2_28_x86_64'], requires })
  const cpu: Projects = {
    torch: { '2.9.1+cpu': wheel(), '2.10.0+cpu': wheel(), '2.11.0+cpu': wheel(), '2.12.0+cpu': wheel() },
    torchvision: {
      '0.24.1+cpu': wheel('torch==2.9.1'),
      '0.25.0+cpu': wheel('torch==2.10.0'),
      '0.26.0+cpu': wheel('torch==2.11.0'),
    },
    torchaudio: { '2.9.1+cpu': wheel('torch==2.9.1'), '2.10.0+cpu': wheel('torch==2.10.0') },
  }

  test('goes in step: the newest that all of it has', async () => {
    expect(await chosen('torch\ntorchvision\ntorchaudio\n', {}, { cpu })).toEqual([
      'torch==2.10.0+cpu',
      'torchaudio==2.10.0+cpu',
      'torchvision==0.25.0+cpu',
    ])
  })

  test('follows whichever of it is pinned', async () => {
    expect(await chosen('torch\ntorchvision\ntorchaudio==2.9.1\n', {}, { cpu })).toEqual([
      'torch==2.9.1+cpu',
      'torchaudio==2.9.1+cpu',
      'torchvision==0.24.1+cpu',
    ])
  })

  test('says which of it is out of step', async () => {
    expect(await refusal('torch>=2.9\ntorchvision==0.26.0\ntorchaudio\n', {}, { cpu })).toMatchInlineSnapshot(`
      "no set of versions satisfies the files, for Python 3.11 on linux-x86_64
        requirements.txt:2 asks for torchvision==0.26.0, which depends on torch==2.11.0.
        requirements.txt:3 asks for torchaudio, which depends on torch<=2.10.0.
        No version of torch fits both: there is 2.9.1 to 2.12.0.
      hint: change requirements.txt:2 or requirements.txt:3"
    `)
  })

  test('comes from the CPU index though the public one has newer versions and other needs', async () => {
    const main = {
      torch: { '2.15.0': wheel('nvidia-cublas-cu12') },
      lightning: { '1.0': { requires: ['torch>=2.1'] } },
    }
    expect(await chosen('lightning\n', main, { cpu })).toEqual(['lightning==1.0', 'torch==2.12.0+cpu'])
  })
})
