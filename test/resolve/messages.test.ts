import { describe, expect, test } from 'vitest'
import type { Target } from '../../src/packaging/target.ts'
import { type Projects, plain } from './memory-index.ts'
import { linux311, solveWorld, type World } from './world.ts'

const linux = (...pythons: string[]) => pythons.map(python => `cp${python}-cp${python}-manylinux_2_28_x86_64`)
const windows = (...pythons: string[]) => pythons.map(python => `cp${python}-cp${python}-win_amd64`)
const both = (...pythons: string[]) => ({ tags: [...linux(...pythons), ...windows(...pythons)] })

/** An index of CPU builds in small: Python 3.12 comes with 2.2, arm Linux with 2.1, and 2.14 drops 3.10. */
const cpu: Projects = {
  torch: {
    '2.0.0+cpu': both('39', '310', '311'),
    '2.0.1+cpu': both('39', '310', '311'),
    '2.1.0+cpu': both('39', '310', '311'),
    '2.1.0': { tags: ['cp311-none-macosx_11_0_arm64', 'cp311-cp311-manylinux2014_aarch64'] },
    '2.2.0+cpu': both('310', '311', '312'),
    '2.2.0': { tags: ['cp311-none-macosx_11_0_arm64', 'cp311-cp311-manylinux2014_aarch64'] },
    '2.14.1+cpu': both('311', '312'),
  },
  torchvision: {
    '0.15.2+cpu': { ...both('310', '311'), requires: ['torch==2.0.1'] },
    '0.16.0+cpu': { ...both('310', '311'), requires: ['torch==2.1.0'] },
    '0.17.0+cpu': { ...both('310', '311', '312'), requires: ['torch==2.2.0'] },
  },
}

/** What is said below the first line, which names the targets. */
async function why(requirements: string, world: Omit<World, 'files'> & { constraints?: string } = {}): Promise<string> {
  const { constraints, ...rest } = world
  const files = { 'requirements.txt': requirements, ...(constraints ? { 'constraints.txt': constraints } : {}) }
  const { outcome } = await solveWorld({ cpu, ...rest, files })
  if (typeof outcome !== 'string') throw new Error(`solved: ${JSON.stringify([...outcome])}`)
  return outcome.slice(outcome.indexOf('\n') + 1)
}

const on = (python: string, platform: Target['platform'] = 'linux-x86_64'): { targets: readonly Target[] } => ({
  targets: [{ python, platform }],
})

test('the first line names the targets', async () => {
  const targets: Target[] = [linux311, { python: '3.12', platform: 'macos-arm64' }]
  const { outcome } = await solveWorld({ files: { 'requirements.txt': 'x\n' }, targets })
  expect((outcome as string).split('\n')[0]).toMatchInlineSnapshot(
    `"no set of versions satisfies the files, for Python 3.11 on linux-x86_64"`,
  )
})

describe('lines that do not go together', () => {
  const main: Projects = { flask: plain('2.3.3', '3.0.0', '3.1.0'), noise: plain('1.0') }

  test('two lines of a file; the others are not mentioned', async () => {
    expect(await why('noise\nflask>=3\nflask<3\nnoise<2\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:2 asks for flask>=3.
        requirements.txt:3 asks for flask<3.
        No version of flask fits both: there is 2.3.3, 3.0.0 and 3.1.0.
      hint: change requirements.txt:2 or requirements.txt:3"
    `)
  })

  test('a line and a constraint', async () => {
    expect(await why('noise\nflask>=3\n', { main, constraints: 'noise<2\nflask<3\n' })).toMatchInlineSnapshot(`
      "  requirements.txt:2 asks for flask>=3.
        constraints.txt:2 allows only flask<3.
        No version of flask fits both: there is 2.3.3, 3.0.0 and 3.1.0.
      hint: change requirements.txt:2 or constraints.txt:2"
    `)
  })

  test('a constraint on what a package needs', async () => {
    const site = { site: { '1.0': { requires: ['flask>=3'] }, '2.0': { requires: ['flask>=3.1'] } } }
    expect(await why('site\n', { main: { ...main, ...site }, constraints: 'flask<3\n' })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for site, which depends on flask>=3.0.0.
        constraints.txt:1 allows only flask<3.
        No version of flask fits both: there is 2.3.3, 3.0.0 and 3.1.0.
      hint: change requirements.txt:1 or constraints.txt:1"
    `)
  })

  test('a line and a package that fixes its version elsewhere', async () => {
    const text = 'https://example.org/flask-2.3.3-py3-none-any.whl\nsite\n'
    expect(await why(text, { main: { site: { '1.0': { requires: ['flask>=3'] } } } })).toMatchInlineSnapshot(`
      "  requirements.txt:2 asks for site, which depends on flask>=3.
        requirements.txt:1 fixes flask at 2.3.3, whatever the indexes have.
      hint: change requirements.txt:2, or change requirements.txt:1"
    `)
  })
})

describe('what packages need', () => {
  test('a torchvision and a torch', async () => {
    expect(await why('torch==2.0.1\ntorchvision==0.16.0\n')).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==2.0.1.
        requirements.txt:2 asks for torchvision==0.16.0, which depends on torch==2.1.0.
        No version of torch fits both: there is 2.0.0 to 2.14.1.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('a torch and any torchvision: many needs in one', async () => {
    expect(await why('torch==2.14.1\ntorchvision\n')).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==2.14.1.
        requirements.txt:2 asks for torchvision, which depends on torch>=2.0.1,<=2.2.0.
        No version of torch fits both: there is 2.0.0 to 2.14.1.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('two packages that need different versions of a third', async () => {
    const main = {
      a: { '1.0': { requires: ['c<2'] }, '1.1': { requires: ['c<2'] }, '2.0': { requires: ['c<2'] } },
      b: { '1.0': { requires: ['c>=2'] } },
      c: plain('1.0', '1.5', '2.0', '2.1'),
    }
    expect(await why('a>=1.1\nb\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a>=1.1, which depends on c<2.
        requirements.txt:2 asks for b, which depends on c>=2.
        No version of c fits both: there is 1.0 to 2.1.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('a hundred versions that need one version each', async () => {
    const versions = Array.from({ length: 100 }, (_, i) => i)
    const main = {
      boto3: Object.fromEntries(
        versions.map(i => [`1.${i}.0`, { requires: [`botocore>=1.${i + 10}.0,<1.${i + 11}.0`] }]),
      ),
      botocore: plain(...versions.map(i => `1.${i + 10}.0`)),
    }
    expect(await why('boto3<1.20\nbotocore>=1.80\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for boto3<1.20, which depends on botocore<=1.29.0.
        requirements.txt:2 asks for botocore>=1.80.
        No version of botocore fits both: there is 1.10.0 to 1.109.0.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('versions that fail for different reasons', async () => {
    const main = {
      a: { '1.0': { requires: ['b==1'] }, '2.0': { requires: ['c==1'] }, '3.0': { requires: ['gone'] } },
      b: plain('1', '2'),
      c: plain('1', '2'),
    }
    expect(await why('a\nb==2\nc==2\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a.
        a==3.0 depends on gone.
        No index has a project named gone (asked: the public index).
        a==1.0 depends on b==1.
        a==2.0 depends on c==1.
        requirements.txt:2 asks for b==2.
        requirements.txt:3 asks for c==2.
        No choice of a, b and c fits all of these.
      hint: change requirements.txt:1, requirements.txt:2 or requirements.txt:3, or name the index that has gone with --extra-index-url"
    `)
  })

  test('the needs of an extra', async () => {
    const main = {
      a: { '1.0': { requires: ['c==1 ; extra == "x"'], extras: ['x'] } },
      b: { '1.0': { requires: ['c==2'] } },
      c: plain('1', '2'),
    }
    expect(await why('a[x]\nb\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a[x], which depends on c==1.
        requirements.txt:2 asks for b, which depends on c==2.
        No version of c fits both: there is 1 and 2.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('a need on one of two targets', async () => {
    const main = { a: { '1.0': { requires: ['b>=2 ; sys_platform == "darwin"'] } }, b: plain('1', '2') }
    const targets: Target[] = [linux311, { python: '3.11', platform: 'macos-arm64' }]
    expect(await why('a\nb<2\n', { main, targets })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a, which depends on b>=2.
        requirements.txt:2 asks for b<2.
        No version of b fits both: there is 1 and 2.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('a long way down', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`p${i}`, { '1.0': { requires: [`p${i + 1}>=1`] } }]),
    )
    const main = { ...chain, p30: { '1.0': { requires: ['q<2'] } }, q: plain('1.0', '2.0') }
    expect(await why('p0\nq>=2\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for p0, which leads to p30 by way of p1, p2, p3 and 26 others.
        p30 depends on q<2.
        requirements.txt:2 asks for q>=2.
        No version of q fits both: there is 1.0 and 2.0.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('a version that would do, were it not for its Python', async () => {
    const main = {
      numpy: { '1.26.4': {}, '2.0.0': {}, '2.4.0': { requiresPython: '>=3.12' } },
      pandas: { '3.0': { requires: ['numpy>=2'] } },
    }
    expect(await why('numpy!=2.0.0\npandas\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for numpy!=2.0.0.
        requirements.txt:2 asks for pandas, which depends on numpy>=2.
        No version of numpy fits both: there is 1.26.4 and 2.0.0.
        numpy 2.4.0 would fit, but needs Python >=3.12.
      hint: change requirements.txt:1 or requirements.txt:2"
    `)
  })

  test('what METADATA alone says of Python', async () => {
    const a = {
      '1.0': { requiresPython: '>=3.12', silentPage: true },
      '1.1': { requiresPython: '>=3.12', silentPage: true },
    }
    expect(await why('a\n', { main: { a } })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a, which cannot be used: it needs Python >=3.12.
      hint: change requirements.txt:1, or choose --python 3.13"
    `)
  })
})

describe('what cannot be had', () => {
  test('a torch that only the public index has yet', async () => {
    expect(await why('torch==2.15.0\n', { main: { torch: plain('2.14.1', '2.15.0') } })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==2.15.0.
        The CPU index does not have torch 2.15.0 yet, its newest is 2.14.1.
        The public index has it already, since new releases come there first.
      hint: ask for torch==2.14.1 for now"
    `)
  })

  test('a torch older than the CPU index', async () => {
    expect(await why('torch==1.0.0\n', { main: { torch: plain('1.0.0', '2.15.0') } })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==1.0.0.
        The CPU index has no build of torch 1.0.0, only 2.0.0 to 2.14.1.
      hint: ask for a version of torch that is there"
    `)
  })

  test('a torch older than the Python', async () => {
    expect(await why('torch==2.1.0\n', on('3.12'))).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==2.1.0.
        torch 2.1.0 has no wheel for Python 3.12, only for Python 3.9 to 3.11.
        For Python 3.12 on linux-x86_64 there is torch 2.2.0 and 2.14.1.
      hint: ask for a version of torch that is there, or choose --python 3.11"
    `)
  })

  test('a torch newer than the Python', async () => {
    expect(await why('torch>=2.14\n', on('3.10'))).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch>=2.14.
        torch 2.14.1 has no wheel for Python 3.10, only for Python 3.11 and 3.12.
        For Python 3.10 on linux-x86_64 there is torch 2.0.0 to 2.2.0.
      hint: ask for a version of torch that is there, or choose --python 3.12"
    `)
  })

  test('a Python that no torch has', async () => {
    expect(await why('torch\n', on('3.8'))).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch.
        torch 2.14.1 has no wheel for Python 3.8, only for Python 3.11 and 3.12.
        torch 2.2.0 has no wheel for Python 3.8, only for Python 3.10 to 3.12.
        No version of torch fits Python 3.8 on linux-x86_64.
      hint: choose --python 3.12"
    `)
  })

  test('a torch older than arm Linux', async () => {
    expect(await why('torch==2.0.1\n', on('3.11', 'linux-aarch64'))).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==2.0.1.
        torch 2.0.1 has no wheel for linux-aarch64, only for linux-x86_64 and windows-x86_64.
        For Python 3.11 on linux-aarch64 there is torch 2.1.0 and 2.2.0.
      hint: ask for a version of torch that is there, or choose another --platform"
    `)
  })

  test('a label that macOS does not have', async () => {
    const main = { a: { '1.0': { requires: ['torch==2.1.0+cpu'] } } }
    expect(await why('a\n', { main, ...on('3.11', 'macos-arm64') })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a, which depends on torch==2.1.0+cpu.
        torch 2.1.0 has no +cpu build for macos-arm64: the plain torch 2.1.0 is the CPU build there.
      hint: change requirements.txt:1"
    `)
  })

  test('wheels for musl only', async () => {
    expect(
      await why('a\n', { main: { a: { '1.0': { tags: ['cp311-cp311-musllinux_1_2_x86_64'] } } } }),
    ).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a.
        a 1.0 has wheels for musl (Alpine) only.
        No version of a fits Python 3.11 on linux-x86_64.
      hint: choose another --platform"
    `)
  })

  test('wheels for a newer glibc only', async () => {
    expect(
      await why('a\n', { main: { a: { '1.0': { tags: ['cp311-cp311-manylinux_2_35_x86_64'] } } } }),
    ).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a.
        a 1.0 needs glibc 2.35, and a Linux target is taken to have 2.28.
        No version of a fits Python 3.11 on linux-x86_64.
      hint: choose another --platform"
    `)
  })

  test('wheels for 32 bits only', async () => {
    expect(
      await why('a\n', { main: { a: { '1.0': { tags: ['cp311-cp311-manylinux2014_i686.manylinux_2_17_i686'] } } } }),
    ).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a.
        a 1.0 has no wheel for linux-x86_64, only for 32-bit Linux.
        No version of a fits Python 3.11 on linux-x86_64.
      hint: choose another --platform"
    `)
  })

  test('wheels for a free-threaded Python only', async () => {
    expect(
      await why('a\n', { main: { a: { '1.0': { tags: ['cp311-cp311t-manylinux_2_28_x86_64'] } } } }),
    ).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a.
        a 1.0 has wheels for another build of Python 3.11 only (free-threaded, say).
        No version of a fits Python 3.11 on linux-x86_64.
      hint: change requirements.txt:1"
    `)
  })

  test('wheels for another system only', async () => {
    expect(
      await why('a\n', { main: { a: { '1.0': { tags: ['cp311-cp311-macosx_11_0_arm64'] } } } }),
    ).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a.
        a 1.0 has no wheel for linux-x86_64, only for macos-arm64.
        No version of a fits Python 3.11 on linux-x86_64.
      hint: choose another --platform"
    `)
  })

  test('a constraint that nothing meets', async () => {
    expect(
      await why('torch\n', { constraints: 'torch==2.15.0\n', main: { torch: plain('2.15.0') } }),
    ).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch.
        constraints.txt:1 allows only torch==2.15.0.
        The CPU index does not have torch 2.15.0 yet, its newest is 2.14.1.
        The public index has it already, since new releases come there first.
      hint: ask for torch==2.14.1 for now"
    `)
  })

  test('a need of a package that no Python of the target meets', async () => {
    const main = { app: { '1.0': { requires: ['numpy>=2.4'] } }, numpy: { '2.4.0': { requiresPython: '>=3.12' } } }
    expect(await why('app\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for app, which depends on numpy>=2.4.
        numpy 2.4.0 needs Python >=3.12.
        No version of numpy fits Python 3.11 on linux-x86_64.
      hint: change requirements.txt:1, or choose --python 3.13"
    `)
  })

  test('a withdrawn version', async () => {
    const main = { a: { '1.0': {}, '2.0': { yanked: true } } }
    expect(await why('a>=2\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for a>=2.
        a 2.0 was withdrawn (yanked).
        For Python 3.11 on linux-x86_64 there is a 1.0.
      hint: ask for a version of a that is there, or pin a==2.0: an exact pin takes a withdrawn version"
    `)
  })

  test('a version between two that exist', async () => {
    expect(await why('torch==2.0.9\n', { main: {} })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torch==2.0.9.
        There is no such version of torch: the CPU index has 2.0.1 and 2.1.0, and nothing between.
      hint: ask for a version of torch that is there"
    `)
  })

  test('a version beyond all', async () => {
    expect(await why('flask>=4\n', { main: { flask: plain('2.3.3', '3.0.0') } })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for flask>=4.
        There is no such version of flask: the public index has 2.3.3 and 3.0.0.
      hint: ask for a version of flask that is there"
    `)
  })

  test('a Requires-Python of the page', async () => {
    const main = { numpy: { '1.26.4': {}, '2.4.0': { requiresPython: '>=3.12' } } }
    expect(await why('numpy>=2\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for numpy>=2.
        numpy 2.4.0 needs Python >=3.12.
        For Python 3.11 on linux-x86_64 there is numpy 1.26.4.
      hint: ask for a version of numpy that is there, or choose --python 3.13"
    `)
  })

  test('a project that no index has', async () => {
    expect(await why('flask\nno-such-thing>=1\n', { main: { flask: plain('3.0') } })).toMatchInlineSnapshot(`
      "  requirements.txt:2 asks for no-such-thing>=1.
        No index has a project named no-such-thing (asked: the public index).
      hint: check how no-such-thing is spelled, or name the index that has no-such-thing with --extra-index-url"
    `)
  })

  test('a project that only packages ask for and no index has', async () => {
    const main = {
      app: { '1.0': { requires: ['middle'] } },
      middle: { '1.0': { requires: ['gone>=1'] }, '1.1': { requires: ['gone>=2'] } },
    }
    expect(await why('app\n', { main })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for app, which depends on middle, which depends on gone>=1 or gone>=2.
        No index has a project named gone (asked: the public index).
      hint: change requirements.txt:1, or name the index that has gone with --extra-index-url"
    `)
  })

  test('a torch package that the CPU index does not have', async () => {
    expect(await why('torchtext\n')).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for torchtext.
        The CPU index has no wheel of torchtext.
      hint: give --cpu-index-url an index that has CPU builds of torchtext"
    `)
  })

  test('an index option that took the public index away', async () => {
    expect(await why('flask\n', { main: null })).toMatchInlineSnapshot(`
      "  requirements.txt:1 asks for flask.
        No index is left to ask for flask: an -i, --index-url or --no-index took the public one away.
      hint: name PyTorch's index with --extra-index-url, which stands beside the public index and not in its place"
    `)
  })

  test.each([
    ['tourch', 'torch'],
    ['torchvison', 'torchvision'],
    ['torch-vision', 'torchvision'],
    ['torch_audio', 'torchaudio'],
    ['pytorch', 'torch'],
    ['torch-cpu', 'torch'],
  ])('%s was meant to be %s', async (mistyped, meant) => {
    expect(await why(`${mistyped}\n`)).toContain(`hint: did you mean ${meant}?`)
  })

  test.each(['torchmetrics', 'pyarrow', 'torchlight', 'flask', 'py'])('%s is not taken for another', async name => {
    expect(await why(`${name}\n`)).not.toContain('did you mean')
  })
})
