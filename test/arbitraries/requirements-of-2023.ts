import fc from 'fast-check'

const requirement = fc
  .tuple(
    fc.constantFrom('torch', 'Torch', 'torchvision', 'filelock', 'numpy', 'flask', 'sentence_transformers', 'requests'),
    fc.constantFrom(
      '',
      '>=0',
      '>=0,!=0.0.1',
      '~=2.0',
      '==2.*',
      '>=1.0 , <99',
      '==2.1.0',
      '==2.1.0+cpu',
      '==2.0.1+cu118',
      '>=2.0+cpu',
      '(>=1)',
    ),
    fc.constantFrom('', ' ', '  '),
    fc.constantFrom('', ' ; python_version >= "3.8"', ' ; sys_platform == "win32"'),
    fc.constantFrom('', '  # why', ' # torchpin: keep', ' \\\n', '\t#'),
  )
  .map(([name, specifier, space, marker, end]) => `${name}${space}${specifier}${marker}${end}`)
const line = fc.oneof(
  { weight: 2, arbitrary: requirement },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '# comment',
      '    # via torch',
      '--pre',
      '--prefer-binary',
      '--extra-index-url {MAIN}',
      '--extra-index-url {CPU}/',
      '-i {MAIN}',
      '-f {CPU}/',
      './local',
      '\u00a0',
    ),
  },
)

/**
 * Files of requirements that the worlds of 2023 (`test/loopback/worlds.ts`) can answer. {MAIN} and {CPU} stand for the
 * addresses of the indexes.
 */
export const requirementsOf2023: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '\ufeff'),
    fc.array(line, { maxLength: 8 }),
    fc.constantFrom('\n', '\r\n', '\r'),
    fc.constantFrom('', '\n'),
  )
  .map(([start, lines, newline, end]) => start + (lines.join('\n') + end).replaceAll('\n', newline))
