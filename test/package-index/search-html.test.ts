import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchHtml } from '../../src/package-index/search-html.ts'
import { parseSimpleHtml } from '../../src/package-index/simple-html.ts'
import { encodeTable } from '../../src/package-index/table-writer.ts'
import { runs } from '../full.ts'

const pageUrl = 'https://index.example.org:8080/whl/cpu/torch/'
const sha256 = 'ab'.repeat(32)
const link = (href: string, attributes = '', text = 'torch') => `    <a href="${href}"${attributes}>${text}</a><br/>\n`
const page = (...links: readonly string[]) =>
  `<!DOCTYPE html>\n<html>\n  <body>\n    <h1>Links for torch</h1>\n${links.join('')}  </body>\n</html>\n<!--TIMESTAMP 1750000000-->`
const searched = (text: string) => searchHtml('torch', Buffer.from(text), pageUrl)
const read = (text: string) => encodeTable('torch', parseSimpleHtml(text, pageUrl))

const name = 'torch-2.1.0%2Bcpu-cp311-cp311-linux_x86_64.whl'

describe('a page as PyTorch generates it is searched, and gives what reading it gives', () => {
  test.each<{ id: string; text: string }>([
    { id: 'no files', text: page() },
    { id: 'a link from the root', text: page(link(`/whl/cpu/${name}#sha256=${sha256}`)) },
    { id: 'a link to another host', text: page(link(`https://files.example.org/${name}#sha256=${sha256}`)) },
    { id: 'no digest', text: page(link(`/${name}`)) },
    { id: 'metadata by its older name', text: page(link(`/${name}`, ` data-dist-info-metadata="sha256=${sha256}"`)) },
    {
      id: 'metadata by both names, and a time',
      text: page(
        link(
          `/${name}`,
          ` data-dist-info-metadata="sha256=${'cd'.repeat(32)}" data-core-metadata="sha256=${sha256}" data-upload-time="2026-01-01T00:00:00Z"`,
        ),
      ),
    },
    { id: 'a name that is that of no release', text: page(link('/torch'), link(`/${name}`)) },
    {
      id: 'a page longer than what is looked at at once',
      text: page(...Array.from({ length: 2000 }, (_, i) => link(`/whl/cpu/torch-${i}.tar.gz#sha256=${sha256}`))),
    },
  ])('$id', ({ text }) => {
    expect(searched(text)).toEqual(read(text))
  })
})

describe('what is of another shape is left to the full reader', () => {
  test.each<{ id: string; text: string }>([
    { id: 'a relative link', text: page(link(name)) },
    { id: 'a folder of dots', text: page(link(`/whl/../${name}`)) },
    { id: 'an entity', text: page(link(`/${name}`, ' data-requires-python="&gt;=3.8"')) },
    { id: 'taken back', text: page(link(`/${name}`, ' data-yanked=""')) },
    { id: 'a plus sign in a link', text: page(link('/torch-2.1.0+cpu.zip')) },
    { id: 'another escape', text: page(link('/torch-2.1.0%2e.zip')) },
    { id: 'another host without encryption', text: page(link(`http://a.example/${name}`)) },
    { id: 'a base', text: page('<base href="/x/">\n', link(`/${name}`)) },
    { id: 'a login', text: page('<input type="password">') },
    { id: 'something behind it', text: `${page(link(`/${name}`))}<a href="/torch-1.0.zip">x</a>` },
    { id: 'cut short', text: page(link(`/${name}`)).slice(0, -30) },
    { id: 'nothing', text: '' },
  ])('$id', ({ text }) => {
    expect(searched(text)).toBeUndefined()
  })
})

describe('searching and reading never say different things', () => {
  const filename = fc.stringMatching(/^torch-[0-9a-c.-]{1,9}(?:%2Bcpu|\+x|%20)?(?:-py3-none-(?:any|x))?\.(?:whl|zip)$/)
  const start = fc.constantFrom(
    '/',
    '/a/',
    '',
    'https://a.example/',
    'https://a--b.example/b/',
    'HTTPS://A.example/',
    '//x/',
  )
  const attributes = fc.constantFrom(
    '',
    ' data-core-metadata="true"',
    ` data-core-metadata="sha256=${sha256}"`,
    ' data-upload-time="2026"',
    ' data-upload-time="x"',
  )
  const text = fc
    .array(fc.tuple(start, filename, fc.constantFrom('', `#sha256=${sha256}`, '#md5=00'), attributes))
    .map(links => page(...links.map(([start, name, hash, more]) => link(`${start}${name}${hash}`, more))))
  const agree = (text: string) => {
    const found = searched(text)
    if (found) expect(found).toEqual(read(text))
  }

  test('of a page, plain or odd', () => {
    fc.assert(fc.property(text, agree), { numRuns: runs(30, 1000) })
  })

  test('of a damaged page', () => {
    const wrong = fc.constantFrom('', '"', '<', '>', '/', ' ', '&', 'é', '<!--', '-->', '%')
    fc.assert(
      fc.property(text, fc.nat(), fc.nat({ max: 3 }), wrong, (text, at, length, wrong) => {
        const place = at % (text.length + 1)
        agree(text.slice(0, place) + wrong + text.slice(place + length))
      }),
      { numRuns: runs(30, 1000) },
    )
  })
})
