// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how pip writes a variable
import { describe, expect, test } from 'vitest'
import { parseRequirements, type Statement } from '../../src/formats/requirements/parse.ts'
import { applyEdits, type Span } from '../../src/text/edits.ts'

/** The first statement of a kind, and what its spans hold. */
function read<Kind extends Statement['kind']>(kind: Kind, source: string, environment?: Record<string, string>) {
  const statement = parseRequirements(source, environment).statements.find(each => each.kind === kind)
  if (!statement) throw new Error(`no ${kind} in ${source}`)
  return {
    statement: statement as Extract<Statement, { kind: Kind }>,
    at: (span: Span | undefined) => span && source.slice(span.start, span.end),
  }
}

describe('the spans of a requirement lead to the source', () => {
  test.each([
    [
      'on a line of its own',
      'numpy\n  Torch[a, b] >= 2.0 ,< 3 ; python_version > "3"  # why\n',
      '[a, b]',
      '>= 2.0 ,< 3',
      'python_version > "3"',
    ],
    [
      'over a continuation',
      'Torch \\\n  [a] >= 2.0 , \\\r\n < 3 ; \\\n os_name == "x"  # why\n',
      '[a]',
      '>= 2.0 , \\\r\n < 3',
      'os_name == "x"',
    ],
    [
      'with options behind',
      'Torch[a]>=2.0,<3 ; os_name == "x" --hash=sha256:aa  # why\n',
      '[a]',
      '>=2.0,<3',
      'os_name == "x"',
    ],
  ])('%s', (_, source, extras, specifier, marker) => {
    const { statement, at } = read('requirement', source.replace('numpy\n', ''))
    expect(at(statement.at.name)).toBe('Torch')
    expect(at(statement.at.extras)).toBe(extras)
    expect(at(statement.at.specifier)).toBe(specifier)
    expect(at(statement.at.marker)).toBe(marker)
    expect(at(statement.comment)).toBe('# why')
    expect(statement.at.clauses?.map(({ operator, version }) => `${at(operator)}${at(version)}`)).toEqual([
      '>=2.0',
      '<3',
    ])
    expect(at(statement.body)?.startsWith('Torch')).toBe(true)
    expect(at(statement.body)?.endsWith(marker)).toBe(true)
  })

  test('a name that a continuation parts', () => {
    const { statement, at } = read('requirement', 'tor\\\nch==2\n')
    expect(statement.requirement.name).toBe('torch')
    expect(at(statement.at.name)).toBe('tor\\\nch')
  })

  test('parentheses are outside', () => {
    const { statement, at } = read('requirement', 'torch ( >=2.0,<3 )\n')
    expect(at(statement.at.specifier)).toBe('>=2.0,<3')
  })

  test('a variable leads to all of its reference', () => {
    const { statement, at } = read('requirement', 'torch${OP}${V} # c\n', { OP: '>=', V: '2.0,<3' })
    expect(statement.requirement.specifier.text).toBe('>=2.0,<3')
    expect(at(statement.at.specifier)).toBe('${OP}${V}')
    expect(at(statement.at.name)).toBe('torch')
    expect(statement.usesEnvironment).toBe(true)
  })

  test('a URL, and a byte order mark in front', () => {
    const { statement, at } = read('requirement', '\ufefftorch @ https://h/t.whl ; os_name == "x"')
    expect(statement.span.start).toBe(0)
    expect([at(statement.at.name), at(statement.at.url)]).toEqual(['torch', 'https://h/t.whl'])
  })
})

describe('options', () => {
  test('hashes over several lines', () => {
    const { statement, at } = read(
      'requirement',
      'torch==2.0 \\\n    --hash=sha256:aa \\\n    --hash sha512:bb\n    # via x\nnumpy',
    )
    expect(statement.hashes.map(({ algorithm, digest, span }) => [algorithm, digest, at(span)])).toEqual([
      ['sha256', 'aa', '--hash=sha256:aa'],
      ['sha512', 'bb', '--hash sha512:bb'],
    ])
    expect(at(statement.body)).toBe('torch==2.0')
  })

  test('what pip ignores on a requirement', () => {
    const { statement, at } = read('requirement', 'torch -i https://a -C k=v --no-binary torch --pre x\n')
    expect(statement.ignoredOptions.map(({ written, span }) => [written, at(span)])).toEqual([
      ['-i', '-i https://a'],
      ['--pre', '--pre'],
    ])
    expect(statement.leftovers.map(at)).toEqual(['x'])
  })

  test('a requirement behind an option is dropped', () => {
    const { statement, at } = read('option', '-f https://a torch==1.13.1\n')
    expect(statement.leftovers.map(at)).toEqual(['torch==1.13.1'])
  })

  test.each([
    ['with a blank', '--extra-index-url  https://a # c', '--extra-index-url  https://a', 'https://a'],
    ['with an equals sign', '--extra-index=https://a', '--extra-index=https://a', 'https://a'],
    ['glued', '-ihttps://a', '-ihttps://a', 'https://a'],
    ['quoted', '-i "https://a"', '-i "https://a"', '"https://a"'],
    ['quoted behind an equals sign', "--index-url='https://a'", "--index-url='https://a'", "'https://a'"],
    ['quoted with its name', '"--index-url=https://a"', undefined, undefined],
    ['quoted with its name, behind another', '--pre "--index-url=https://a"', '"--index-url=https://a"', 'https://a'],
    ['a quote that ends inside', '--pre "--index-url=https"://a', '"--index-url=https"://a', undefined],
    ['over a continuation', '-i \\\n  https://a', '-i \\\n  https://a', 'https://a'],
    ['from a variable', '-i https://${T}@a/s', '-i https://${T}@a/s', 'https://${T}@a/s'],
  ])('the value of an option, %s', (_, source, whole, value) => {
    const statement = parseRequirements(source, { T: 'secret' }).statements[0]!
    const option = statement.kind === 'option' ? statement.options.find(({ name }) => name !== 'pre') : undefined
    const at = (span: Span | undefined) => span && source.slice(span.start, span.end)
    expect([at(option?.span), at(option?.valueSpan)]).toEqual([whole, value])
    if (!option?.valueSpan) return
    const changed = parseRequirements(applyEdits(source, [{ ...option.valueSpan, text: 'https://new' }])).statements[0]!
    expect(changed.kind === 'option' && changed.options.find(({ name }) => name !== 'pre')?.value).toBe('https://new')
  })

  test.each([
    ['the first find-links', '-f a -f b', ['find-links=a']],
    ['the last index', '-i a -i b', ['index-url=b']],
    ['no index beside --no-index', '-i a --extra-index-url b --no-index', ['no-index']],
    ['no empty index', "-i ''", []],
    ['an include, and nothing with it', '--extra-index-url a -r b --pre -c c', ['requirement=b']],
    ['the first of two constraints', '-c a -c b', ['constraint=a']],
    ['formats, whatever else there is', '-r a --no-binary x', ['requirement=a', 'no-binary=x']],
    ['no hash', '--hash=sha256:aa --pre', ['pre']],
  ])('of one line pip takes %s', (_, source, taken) => {
    const { statement } = read('option', source)
    expect(
      statement.options
        .filter(({ effective }) => effective)
        .map(({ name, value }) => name + (value === undefined ? '' : `=${value}`)),
    ).toEqual(taken)
  })
})

describe('references', () => {
  test.each([
    ['https://h/torch-1.8.1%2Bcpu-cp37-cp37m-linux_x86_64.whl', 'url', 'torch', '1.8.1+cpu'],
    ['file:///x/torch-2.0-py3-none-any.whl', 'url', 'torch', '2.0'],
    ['git+https://h/r.git@v1', 'vcs', undefined, undefined],
    ['git+ssh://git@h/r.git#egg=foo', 'vcs', 'foo', undefined],
    ['https://torch-2.0-py3-none-any.whl', 'url', undefined, undefined],
    ['https:torch-2.0-py3-none-any.whl', 'url', 'torch', '2.0'],
    ['./x', 'path', undefined, undefined],
    ['../pkg/', 'path', undefined, undefined],
    ['.', 'path', undefined, undefined],
    ['.[dev]', 'path', undefined, undefined],
    ['C:\\pkg\\x', 'path', undefined, undefined],
    ['libs/thing', 'path', undefined, undefined],
    ['torch-2.0-py3-none-any.whl', 'path', 'torch', '2.0'],
    ['dist/thing-1.0.tar.gz', 'path', undefined, undefined],
    ['-e .', 'editable', undefined, undefined],
    ['-e ./x[dev]', 'editable', undefined, undefined],
    ['-e git+https://h/r.git#egg=foo', 'editable', 'foo', undefined],
    ["-e 'foo @ git+https://h/r.git'", 'editable', 'foo', undefined],
  ])('%s', (source, form, name, version) => {
    const { statement } = read('reference', source)
    expect([statement.form, statement.name, statement.version]).toEqual([form, name, version])
  })

  test('marker, hash and comment', () => {
    const { statement, at } = read('reference', 'https://h/p.zip ; os_name == "x" --hash=sha256:aa # c')
    expect(at(statement.at)).toBe('https://h/p.zip')
    expect(statement.target).toBe('https://h/p.zip')
    expect(statement.marker).toMatchObject({ type: 'comparison' })
    expect(statement.hashes).toHaveLength(1)
    expect(at(statement.comment)).toBe('# c')
  })

  test('the hash of an editable counts for nothing', () => {
    const { statement } = read('reference', '-e ./x --hash=sha256:aa')
    expect([statement.hashes.length, statement.ignoredOptions.length]).toEqual([0, 1])
  })
})

describe('what cannot be read', () => {
  test.each([
    ['a conda list', '_libgcc_mutex=0.1=main', '', /conda/],
    ['one equals sign', 'torch=2.0', '', /write ==/],
    ['a list in a folder, without -r', 'requirements/base.txt', '', /-r/],
    ['an option of uv', '--torch-backend=cpu', '--torch-backend=cpu', /uv/],
    ['an option of uv on a requirement', 'torch --index-strategy x', '--index-strategy', /uv/],
    ['an option of the command line', 'torch --no-deps', '--no-deps', /command line/],
    ['an option that is gone', 'torch --global-option=x', '--global-option=x', /--config-settings/],
    ['an unknown option', '--nonsense', '--nonsense', undefined],
    ['a command', 'pip install torch', '', /command/],
    ['another', 'python -m pip install torch', '-m', /command/],
    ['a merge conflict', '<<<<<<< HEAD', '', /merge conflict/],
    ['two requirements', 'torch==2.0 numpy==1.0', '==2.0 ', /line of its own/],
    ['a version without ==', 'numpy 1.26.3', '', /^write numpy==1\.26\.3$/],
    ['a version without ==, extras', 'uvicorn[standard]  v0.30.1 ', '', /^write uvicorn\[standard\]==0\.30\.1$/],
    ['two names', 'torch torchvision', '', /line of its own/],
    ['prose', 'Install these first please', '', /#/],
    ['a tab in front of an option', 'torch==2.0\t--hash=sha256:aa', '==2.0\t', /space/],
    ['a variable that is unset', 'torch==${TORCH}', '', /variable/],
    ['a wheel named by a variable', 'https://h/torch-${V}.whl', 'https://h/torch-${V}.whl', /variable/],
    ['md5', 'torch --hash=md5:aa', 'md5:aa', undefined],
    ['an editable archive', '-e https://h/p.zip', 'https://h/p.zip', /leave out -e/],
    ['a URL of nothing but a broken #egg=', 'foo@main#egg=Foo[bar]', 'main#egg=Foo[bar]', undefined],
    ['an editable URL without slashes', '-e https:h/simple', 'https:h/simple', /leave out -e/],
    ['an editable of no known kind', '-e s3://b/p', 's3://b/p', /leave out -e/],
    ['an editable repository without a name', '-e git+https://h/r.git', 'git+https://h/r.git', /#egg=/],
    ['an open quote', "-f 'a", "'a", undefined],
  ])('%s', (_, source, marked, hint) => {
    const { statement, at } = read('unreadable', source)
    expect(statement.problem).not.toBe('')
    expect(at(statement.at)).toBe(marked)
    if (hint) expect(statement.hint).toMatch(hint)
    else expect(statement.hint).toBeUndefined()
  })

  test('a list without -r that could be a name', () => {
    expect(read('requirement', 'other.txt').statement.hint).toBe('write -r in front to include the file other.txt')
    expect(read('requirement', 'torch').statement.hint).toBeUndefined()
  })

  test('the lines around stay readable', () => {
    expect(parseRequirements('torch\nno good\nnumpy').statements.map(({ kind }) => kind)).toEqual([
      'requirement',
      'unreadable',
      'requirement',
    ])
  })
})

describe('a local label where none may be', () => {
  test.each([
    ['torch>=2.0+cpu', '>=', '2.0+cpu', '>=2.0+cpu', '>=2.0'],
    ['  torch >= 2.0+cu118.x  # c', '>=', '2.0+cu118.x', '>= 2.0+cu118.x', '>= 2.0'],
    ['torch~=1.9.0+cu102', '~=', '1.9.0+cu102', '~=1.9.0+cu102', '~=1.9.0'],
    ['torch==2.0.*+cpu', '==', '2.0.*+cpu', '==2.0.*+cpu', '==2.0.*'],
    ['torch>=2.0+cpu,<3', '>=', '2.0+cpu', '>=2.0+cpu,<3', '>=2.0,<3'],
    ['torch<3,>=2.0+cpu', '>=', '2.0+cpu', '<3,>=2.0+cpu', '<3,>=2.0'],
    ['torch>=2.0+cpu,<3+cpu ; os_name == "x"', '>=', '2.0+cpu', '>=2.0+cpu,<3+cpu', '>=2.0,<3'],
    ['torch[x] \\\n>=2.0+cpu', '>=', '2.0+cpu', '>=2.0+cpu', '>=2.0'],
    ['torch >=2.0+cpu \\\n ; os_name == "x"  # c', '>=', '2.0+cpu', '>=2.0+cpu', '>=2.0'],
    ['torch (>=2.0+cpu)', '>=', '2.0+cpu', '>=2.0+cpu', '>=2.0'],
  ])('%s', (source, operator, version, specifier, repaired) => {
    const { statement, at } = read('unreadable', source)
    const { repairable } = statement
    expect(repairable).toMatchObject({ name: 'torch', operator, version })
    expect([at(repairable?.nameSpan), at(repairable?.specifierSpan)]).toEqual(['torch', specifier])
    expect(at(repairable?.body)).toBe(source.replace(/#.*/, '').trim())
    expect(repairable?.markerSpan && at(repairable.markerSpan)).toBe(/; ([^#]+"x")/.exec(source)?.[1])
    expect(repairable?.requirement.specifier.text).toBe(repaired)
    const fixed = applyEdits(source, [{ ...repairable!.specifierSpan, text: '==2.0+cpu' }])
    expect(parseRequirements(fixed).statements.map(({ kind }) => kind)).toEqual(['requirement'])
  })

  test.each(['torch>=2.0+', 'torch>=x+cpu', 'torch>=2.0+cpu numpy', 'torch=2.0+cpu', '>=2.0+cpu'])(
    'beyond repair: %s',
    source => {
      expect(read('unreadable', source).statement.repairable).toBeUndefined()
    },
  )
})
