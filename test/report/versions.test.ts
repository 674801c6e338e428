import { describe, expect, test } from 'vitest'
import type { ReleaseResult, VersionsResult } from '../../src/contract/results/versions.ts'
import { versionsReports } from '../../src/report/versions/reports.ts'
import { displayWidth } from '../../src/report/width.ts'
import { plain } from './sample.ts'

const four = ['linux-x86_64', 'linux-aarch64', 'macos-arm64', 'windows-x86_64']

/** A release for these Pythons, on the four platforms unless said otherwise; without a label on macOS. */
function release(version: string, pythons: string[], more: Partial<ReleaseResult> = {}): ReleaseResult {
  const { platforms = four } = more
  const number = version.replace(/\+.*/, '')
  return {
    version,
    release: number,
    pythons,
    pins: Object.fromEntries(platforms.map(on => [on, on.startsWith('macos') ? number : version])),
    yanked: false,
    uploaded: null,
    wheels: [],
    pairs: { torchvision: [], torchaudio: [], torchtext: [], torchcodec: [] },
    requires: null,
    ...more,
    platforms,
  }
}

const torch: VersionsResult = {
  schema: 1,
  version: '1.2.3',
  package: 'torch',
  index: { url: 'https://download.pytorch.org/whl/cpu', origin: 'live' },
  filter: { python: [], platforms: [] },
  releases: [
    release('2.15.0+cpu', ['3.11', '3.12', '3.13', '3.14', '3.14t'], {
      platforms: [...four, 'linux-s390x', 'windows-arm64'],
      uploaded: '2026-11-18T17:02:11Z',
      pairs: {
        torchvision: ['0.29.2', '0.29.1'],
        torchaudio: ['2.11.1', '2.11.0'],
        torchtext: [],
        torchcodec: ['0.16.0'],
      },
    }),
    release('2.9.1+cpu', ['3.10', '3.11', '3.12', '3.13', '3.13t', '3.14', '3.14t'], {
      yanked: true,
      pairs: { torchvision: ['0.24.1'], torchaudio: ['2.9.1'], torchtext: [], torchcodec: ['0.9.1'] },
    }),
    release('2.5.1+cpu', ['3.9', '3.11'], {
      pins: { 'linux-x86_64': '2.5.1+cpu', 'linux-aarch64': '2.5.1' },
      platforms: ['linux-x86_64', 'linux-aarch64'],
      pairs: { torchvision: ['0.20.1'], torchaudio: ['2.5.1'], torchtext: [], torchcodec: [] },
    }),
  ],
  more: true,
}

const vision: VersionsResult = {
  ...torch,
  package: 'torchvision',
  index: { ...torch.index, origin: 'snapshot', snapshotDate: '2026-11-24' },
  filter: { python: ['3.13'], platforms: ['windows-x86_64'] },
  releases: [
    release('0.29.2+cpu', ['3.11', '3.12', '3.13'], {
      requires: 'torch>=2.14.0',
      pairs: { torch: ['2.15.0'] },
      pins: { 'windows-x86_64': '0.29.2+cpu' },
      wheels: [
        {
          filename: 'torchvision-0.29.2+cpu-py3-none-win_amd64.whl',
          python: '3.13',
          platform: 'windows-x86_64',
          size: 4_120_034,
          uploaded: null,
          yanked: false,
        },
      ],
    }),
    release('0.28.0+cpu', ['3.13'], {
      requires: 'torch==2.13.0',
      pairs: { torch: ['2.13.0'] },
      pins: { 'windows-x86_64': '0.28.0+cpu' },
    }),
    release('0.2.0', ['3.13'], { requires: 'torch', pairs: { torch: [] }, pins: { 'windows-x86_64': '0.2.0' } }),
    release('0.1.0', ['3.13'], { pairs: { torch: [] }, pins: { 'windows-x86_64': '0.1.0' } }),
  ],
  more: false,
}

const text = (result: VersionsResult, style = {}) => versionsReports.text(result, { ...plain, ...style })

describe('text', () => {
  test('60 columns', () => {
    expect(text(torch, { width: 60 })).toMatchInlineSnapshot(`
      "CPU wheels of torch

                                                  torch-  torch-
        version           Pythons                 vision  audio
        2.15.0+cpu        3.11–3.14, 3.14t        0.29.2  2.11.1
        2.9.1+cpu yanked  3.10–3.14, 3.13t–3.14t  0.24.1  2.9.1
        2.5.1+cpu         3.9, 3.11               0.20.1  2.5.1

        there are older ones (--all)
        3.14t is the free-threaded Python 3.14
        no label on linux-aarch64 up to 2.5.1: pin torch==2.5.1 there
        no label on macos-arm64: pin torch==2.15.0 there

      To pin the newest:
        --extra-index-url https://download.pytorch.org/whl/cpu
        torch==2.15.0+cpu
      "
    `)
  })

  test('80 columns', () => {
    expect(text(torch)).toMatchInlineSnapshot(`
      "CPU wheels of torch

                                                                       torch-  torch-
        version           Pythons                 platforms            vision  audio
        2.15.0+cpu        3.11–3.14, 3.14t        linux macos windows  0.29.2  2.11.1
        2.9.1+cpu yanked  3.10–3.14, 3.13t–3.14t  linux macos windows  0.24.1  2.9.1
        2.5.1+cpu         3.9, 3.11               linux                0.20.1  2.5.1

        there are older ones (--all)
        3.14t is the free-threaded Python 3.14
        no label on linux-aarch64 up to 2.5.1: pin torch==2.5.1 there
        no label on macos-arm64: pin torch==2.15.0 there

      To pin the newest:
        --extra-index-url https://download.pytorch.org/whl/cpu
        torch==2.15.0+cpu
      "
    `)
  })

  test('120 columns', () => {
    expect(text(torch, { width: 120 })).toMatchInlineSnapshot(`
      "CPU wheels of torch

        version           Pythons                 platforms            torchvision  torchaudio  torchcodec  uploaded
        2.15.0+cpu        3.11–3.14, 3.14t        linux macos windows  0.29.2       2.11.1      0.16.0      2026-11-18
        2.9.1+cpu yanked  3.10–3.14, 3.13t–3.14t  linux macos windows  0.24.1       2.9.1       0.9.1
        2.5.1+cpu         3.9, 3.11               linux                0.20.1       2.5.1       –

        there are older ones (--all)
        3.14t is the free-threaded Python 3.14
        no label on linux-aarch64 up to 2.5.1: pin torch==2.5.1 there
        no label on macos-arm64: pin torch==2.15.0 there

      To pin the newest:
        --extra-index-url https://download.pytorch.org/whl/cpu
        torch==2.15.0+cpu
      "
    `)
  })

  test('20 columns: versions, and lines that go on', () => {
    expect(text(torch, { width: 20 })).toMatchInlineSnapshot(`
      "CPU wheels of torch

        version
        2.15.0+cpu
        2.9.1+cpu yanked
        2.5.1+cpu

        there are older ones (--all)
        3.14t is the free-threaded Python 3.14
        no label on linux-aarch64 up to 2.5.1: pin torch==2.5.1 there
        no label on macos-arm64: pin torch==2.15.0 there

      To pin the newest:
        --extra-index-url https://download.pytorch.org/whl/cpu
        torch==2.15.0+cpu
      "
    `)
  })

  test('a companion, for a Python and a platform', () => {
    expect(text(vision)).toMatchInlineSnapshot(`
      "CPU wheels of torchvision for Python 3.13 on windows-x86_64,
      as of 2026-11-24 (snapshot)

        version     Pythons    platforms            torch     download
        0.29.2+cpu  3.11–3.13  linux macos windows  >=2.14.0   4.12 MB
        0.28.0+cpu  3.13       linux macos windows  ==2.13.0
        0.2.0       3.13       linux macos windows  any
        0.1.0       3.13       linux macos windows  –

      To pin the newest:
        --extra-index-url https://download.pytorch.org/whl/cpu
        torchvision==0.29.2+cpu
      "
    `)
  })

  test('a reader of ASCII', () => {
    expect(text(torch, { ascii: true })).toMatch(/^[\x00-\x7f]+$/)
    expect(text(torch, { ascii: true })).toContain('3.10-3.14, 3.13t-3.14t')
  })

  test.each([40, 60, 72, 80, 100, 120, 160])('the table fits %i columns', width => {
    const [, table = ''] = text(torch, { width }).split('\n\n')
    for (const line of table.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  test('colour changes nothing but the colour', () => {
    const colored = text(torch, { color: true })
    expect(colored).not.toBe(text(torch))
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(text(torch))
  })

  test('what an index says never reaches the terminal as it is', () => {
    const url = 'https://example.org/\u001b]0;x\u0007'
    const pairs = { torchvision: ['0.1\u001b[31m'], torchaudio: [], torchtext: [], torchcodec: [] }
    const hostile = { ...torch, index: { url, origin: 'live' as const }, releases: [{ ...torch.releases[0]!, pairs }] }
    for (const format of ['text', 'markdown', 'json'] as const)
      expect(versionsReports[format](hostile, plain)).not.toMatch(/[\u001b\u0007]/)
  })
})

test('markdown', () => {
  expect(versionsReports.markdown(torch, plain)).toMatchInlineSnapshot(`
    "**CPU wheels of torch**

    | version | Pythons | platforms | torchvision | torchaudio | torchcodec | uploaded |
    | --- | --- | --- | --- | --- | --- | --- |
    | \`2.15.0+cpu\` | 3.11–3.14, 3.14t | linux-x86\\_64, linux-aarch64, macos-arm64, windows-x86\\_64, linux-s390x, windows-arm64 | 0.29.2 | 2.11.1 | 0.16.0 | 2026-11-18 |
    | \`2.9.1+cpu\` (yanked) | 3.10–3.14, 3.13t–3.14t | linux-x86\\_64, linux-aarch64, macos-arm64, windows-x86\\_64 | 0.24.1 | 2.9.1 | 0.9.1 |  |
    | \`2.5.1+cpu\` | 3.9, 3.11 | linux-x86\\_64, linux-aarch64 | 0.20.1 | 2.5.1 | – |  |

    - there are older ones (--all)
    - 3.14t is the free-threaded Python 3.14
    - no label on linux-aarch64 up to 2.5.1: pin torch==2.5.1 there
    - no label on macos-arm64: pin torch==2.15.0 there

    To pin the newest:

    \`\`\`
    --extra-index-url https://download.pytorch.org/whl/cpu
    torch==2.15.0+cpu
    \`\`\`
    "
  `)
  expect(versionsReports.markdown(vision, plain)).toMatchInlineSnapshot(`
    "**CPU wheels of torchvision for Python 3.13 on windows-x86\\_64, as of 2026-11-24 (snapshot)**

    | version | Pythons | platforms | torch |
    | --- | --- | --- | --- |
    | \`0.29.2+cpu\` | 3.11–3.13 | linux-x86\\_64, linux-aarch64, macos-arm64, windows-x86\\_64 | \\>=2.14.0 |
    | \`0.28.0+cpu\` | 3.13 | linux-x86\\_64, linux-aarch64, macos-arm64, windows-x86\\_64 | ==2.13.0 |
    | \`0.2.0\` | 3.13 | linux-x86\\_64, linux-aarch64, macos-arm64, windows-x86\\_64 | any |
    | \`0.1.0\` | 3.13 | linux-x86\\_64, linux-aarch64, macos-arm64, windows-x86\\_64 | – |

    To pin the newest:

    \`\`\`
    --extra-index-url https://download.pytorch.org/whl/cpu
    torchvision==0.29.2+cpu
    \`\`\`
    "
  `)
})

test('JSON is the result, its keys in order', () => {
  const json = versionsReports.json(torch)
  expect(JSON.parse(json)).toEqual(torch)
  expect(Object.keys(JSON.parse(json))).toEqual(['schema', 'version', 'package', 'index', 'filter', 'releases', 'more'])
})

describe('what is pinned', () => {
  test('the newest that is not withdrawn', () => {
    const releases = [{ ...torch.releases[0]!, yanked: true }, torch.releases[2]!]
    expect(text({ ...torch, releases })).toMatch(
      /To pin the newest:\n {2}--extra-index-url \S+\n {2}torch==2\.5\.1\+cpu\n$/,
    )
  })

  test('where the label ends is told', () => {
    const plainArm = (version: string) =>
      release(`${version}+cpu`, ['3.11'], { pins: { 'linux-aarch64': version, 'linux-x86_64': `${version}+cpu` } })
    const labelled = release('2.6.0+cpu', ['3.11'])
    const remarks = (...releases: ReleaseResult[]) => text({ ...torch, releases, more: false }).split('\n\n')[2]
    expect(remarks(labelled, plainArm('2.5.1'), plainArm('2.5.0'))).toContain(
      'no label on linux-aarch64 up to 2.5.1: pin torch==2.5.1 there',
    )
    expect(remarks(plainArm('2.5.1'), plainArm('2.5.0'))).toContain('no label on linux-aarch64: pin torch==2.5.1 there')
    expect(remarks(plainArm('2.7.0'), labelled, plainArm('2.5.0'))).toContain(
      'no label on linux-aarch64 in 2.7.0, 2.5.0: pin torch==2.7.0 there',
    )
  })
})
