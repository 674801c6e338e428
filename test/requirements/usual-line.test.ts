import { describe, expect, test } from 'vitest'
import pip from '../../fixtures/requirements/oracle.json' with { type: 'json' }
import { decode } from '../../src/files/encoding.ts'
import { readLogicalLine, splitLogicalLines } from '../../src/formats/requirements/lines.ts'
import { readStatement } from '../../src/formats/requirements/statement-line.ts'
import { readUsualLine } from '../../src/formats/requirements/usual-line.ts'
import { oracle } from '../packaging/oracle.ts'
import { allOf } from './all-of.ts'

const sha256 = `--hash=sha256:${'0a'.repeat(32)}`

describe('a glance is enough', () => {
  test.each([
    'torch',
    'torch==2.1.0',
    'torch == 2.1.0 ',
    'torch==2.1.*',
    'torch==2.1.0+cu118',
    'torch==2.0.1+cpu.cxx11.abi',
    'torch!=2.0,>=1.13.0rc1, <3',
    'torch~=2.0',
    'tensorflow==2.15.0.post1',
    'torch==2.3.0.dev20240101+cpu',
    'pandas-ta==0.3.14b',
    'ruamel.yaml<0.18  # why',
    'scikit_learn\t# why',
    'diffusers[torch]==0.32.2',
    'a[b,c_d, e]',
    'numpy==1.26.4 ; python_version < "3.12"',
    "numpy>=2;python_version>='3.12' and (os_name == 'nt')  # why",
    `flask==3.1.3 ${sha256}`,
    `flask==3.1.3   ${sha256} --hash=sha512:0b  # why`,
    `flask==3.1.3 \\\n    ${sha256} \\\n    ${sha256}`,
    `flask==3.1.3 ; os_name == 'nt' \\\r\n    ${sha256}`,
    '',
    '  ',
    '# why',
    '    # via é 😀',
  ])('%j', line => {
    for (const end of ['\n', '\r\n', '\r', '']) {
      const source = `torch\n${line}${end}`
      if (line + end === '') continue
      const statement = readUsualLine(source, 6)
      expect(statement && allOf(statement)).toEqual(readStatement(readLogicalLine(source, 6), {}))
      expect(statement?.span.end).toBe(source.length)
    }
  })
})

describe('a glance does not tell', () => {
  test.each([
    '-e .',
    ' torch',
    '\ufefftorch',
    'torch.zip',
    'name.tar.gz',
    'torch==2+a.zip',
    'torch-',
    'torch..x',
    'torch#1',
    'torch==2#1',
    'torch===2',
    'torch==1a.*',
    'torch>=2.*',
    'torch>=2+cpu',
    'torch~=2',
    'torch~=2. 0',
    'torch==2,',
    'torch 2',
    'torch ;',
    'torch ; x',
    'torch ; os_name == "a # b"',
    'torch ; os_name == "a"# b',
    'torch==${V}',
    'torch @ https://h/x.whl',
    './torch',
    `torch==2\\\n${sha256}`,
    `torch==2\t${sha256}`,
    `torch==2 ${sha256} \\\n# why`,
    'torch==2 --hash=md5:0a',
    'torch==2 --hash=sha256:',
    'torch==2 --no-binary=torch',
    'torch==2 \\',
    'torch==2 # why \\',
    '# why \\',
    '# why \f',
    '\u00a0',
  ])('%j', line => {
    expect(readUsualLine(`${line}\n`, 0)).toBeUndefined()
  })
})

test.each([
  ['parts of a name', 'a', '.b'],
  ['extras', 'a[b', ',c'],
  ['numbers', 'a==1', '.1'],
  ['clauses', 'a>=1', ',>=1'],
])('millions of %s are too much for a glance, and no error', (_, start, part) => {
  expect(readUsualLine(start + part.repeat(1e7), 0)).toBeUndefined()
})

test('what a glance tells of other lines is what the full reader says', () => {
  const texts = [
    ...oracle<readonly [text: string]>('requirements').cases.map(([text]) => text),
    ...pip.cases.flatMap(({ files }) => Object.values(files).map(textOf)),
  ]
  let told = 0
  for (const text of texts)
    for (const { span } of splitLogicalLines(text)) {
      const statement = readUsualLine(text, span.start)
      if (!statement) continue
      told++
      expect(allOf(statement)).toEqual(readStatement(readLogicalLine(text, span.start), {}))
    }
  expect(told).toBeGreaterThan(200)
})

function textOf(bytes: string): string {
  const decoded = decode(Buffer.from(bytes, 'base64'))
  return 'text' in decoded ? decoded.text : ''
}
