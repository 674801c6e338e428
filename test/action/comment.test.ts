import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fitted, keepComment, RefusedComment } from '../../src/action/comment.ts'
import { type GitHub, serveGitHub } from './github.ts'

let github: GitHub
beforeEach(async () => {
  github = await serveGitHub(7)
})
afterEach(() => github.close())

const marker = '<!-- torchpin 0123 -->'
const keep = (markdown: string, isNews = true, more: { readonly marker?: string } = {}) =>
  keepComment({ api: github.api, repository: 'acme/app', number: 7, token: 't' }, more.marker ?? marker, {
    markdown,
    isNews,
  })
const said = (body: string, type = 'User', author_association = 'NONE') =>
  github.comments.push({ id: github.comments.length + 1, body, user: { type }, author_association })
const bodies = () => github.comments.map(({ body }) => body)
const asked = (method: string) => github.requests.filter(request => request.startsWith(method))

describe('one comment in a pull request', () => {
  test('is made once, and changed in place afterwards', async () => {
    await keep('first')
    await keep('second')
    expect(bodies()).toEqual([`${marker}\nsecond`])
    expect(github.tokens).toEqual(new Set(['Bearer t']))
  })

  test('is found on a later page', async () => {
    for (const text of ['a', 'b', 'c']) said(text)
    await keep('first')
    said('d')
    await keep('second')
    expect(bodies()).toEqual(['a', 'b', 'c', `${marker}\nsecond`, 'd'])
  })

  test('is not made where there is nothing to say, but changed when that is so now', async () => {
    await keep('clean', false)
    expect(bodies()).toEqual([])
    await keep('found')
    await keep('clean', false)
    expect(bodies()).toEqual([`${marker}\nclean`])
  })

  test('is left alone while it says the same', async () => {
    await keep('same')
    await keep('same')
    expect(asked('PATCH')).toEqual([])
  })

  test('is kept for each use of the action', async () => {
    await keep('a')
    await keep('b', true, { marker: '<!-- torchpin 4567 -->' })
    expect(bodies()).toEqual([`${marker}\na`, '<!-- torchpin 4567 -->\nb'])
  })

  test.each([
    {
      id: 'a stranger who copied the marker',
      body: `${marker}\nx`,
      type: 'User',
      association: 'CONTRIBUTOR',
      ours: false,
    },
    { id: 'who quotes it', body: `> ${marker}`, type: 'Bot', association: 'NONE', ours: false },
    {
      id: 'a member, whose token the action has',
      body: `${marker}\nx`,
      type: 'User',
      association: 'MEMBER',
      ours: true,
    },
    { id: 'a bot', body: `${marker}\nx`, type: 'Bot', association: 'NONE', ours: true },
  ])('is taken from $id: $ours', async ({ body, type, association, ours }) => {
    said(body, type, association)
    await keep('new')
    expect(bodies()).toEqual(ours ? [`${marker}\nnew`] : [body, `${marker}\nnew`])
  })

  test('is refused with what the host says', async () => {
    github.refuse(403, 'Resource not accessible by integration')
    const error = await keep('x').catch(error => error)
    expect(error).toBeInstanceOf(RefusedComment)
    expect(error).toMatchObject({ status: 403, message: 'Resource not accessible by integration' })
  })
})

test('the token does not follow a page to another host', async () => {
  const other = await serveGitHub(7)
  const misled = await serveGitHub(7, other.api)
  try {
    for (let id = 1; id <= 3; id++)
      misled.comments.push({ id, body: '', user: { type: 'User' }, author_association: '' })
    await keepComment({ api: misled.api, repository: 'acme/app', number: 7, token: 't' }, marker, {
      markdown: 'x',
      isNews: true,
    })
    expect(other.requests).toEqual([])
    expect(misled.comments).toHaveLength(4)
  } finally {
    await misled.close()
    await other.close()
  }
})

describe('a report that is longer than a comment may be', () => {
  const rest = '\n\nThe report is longer; the summary of the job has all of it.\n'

  test('as long as that it stays', () => {
    expect(fitted('a'.repeat(100), 100)).toBe('a'.repeat(100))
  })

  test('longer, it ends behind a line', () => {
    expect(fitted('one\ntwo\n'.repeat(20), rest.length + 10)).toBe(`one\ntwo\n${rest}`)
  })

  test('a fence that is cut is closed, by its like', () => {
    const markdown = `text\n\`\`\`\`diff\n${'+ ```\n'.repeat(50)}\`\`\`\`\n`
    const cut = fitted(markdown, 200)
    expect(cut.length).toBeLessThanOrEqual(200)
    expect(cut).toMatch(/^text\n````diff\n(?:\+ ```\n)+````\n\nThe report is longer/)
  })

  test('a fence before it that is closed is not opened again', () => {
    expect(fitted(`\`\`\`diff\n+\n\`\`\`\n${'line\n'.repeat(50)}`, 150)).toMatch(/```\n(?:line\n)+\n\nThe report/)
  })
})
