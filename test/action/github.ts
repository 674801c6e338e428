import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StandInComment {
  readonly id: number
  body: string
  readonly user: { readonly type: string }
  readonly author_association: string
}

/** What GitHub's REST API does for the comments of one pull request, on 127.0.0.1. */
export interface GitHub {
  readonly api: string
  readonly comments: StandInComment[]
  /** `GET /repos/…`, in their order. */
  readonly requests: readonly string[]
  /** The tokens that came. */
  readonly tokens: ReadonlySet<string | undefined>
  /** Answers what writes with this status from now on. */
  refuse(status: number, message: string): void
  close(): Promise<void>
}

/** Comments on a page: few, so that a test has several pages. */
const PAGE = 2

/** @param number of the pull request of acme/app @param next where the pages are said to go on, if not here */
export async function serveGitHub(number: number, next?: string): Promise<GitHub> {
  const comments: StandInComment[] = []
  const requests: string[] = []
  const tokens = new Set<string | undefined>()
  let refusal: { status: number; message: string } | undefined
  const all = `/repos/acme/app/issues/${number}/comments`
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://loopback')
    requests.push(`${request.method} ${url.pathname}`)
    tokens.add(request.headers.authorization)
    const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    let text = ''
    request.setEncoding('utf8').on('data', part => (text += part))
    request.on('end', () => {
      if (request.method === 'GET' && url.pathname === all) {
        const page = Number(url.searchParams.get('page') ?? 1)
        const more = comments.length > page * PAGE
        url.searchParams.set('page', `${page + 1}`)
        const link = `<${next ?? api}${url.pathname}${url.search}>; rel="next", <${api}${all}>; rel="first"`
        return answer(200, comments.slice((page - 1) * PAGE, page * PAGE), more ? { link } : {})
      }
      if (refusal) return answer(refusal.status, { message: refusal.message })
      const { body } = JSON.parse(text)
      if (request.method === 'POST' && url.pathname === all) {
        const made = { id: comments.length + 1, body, user: { type: 'Bot' }, author_association: 'NONE' }
        comments.push(made)
        return answer(201, made)
      }
      const found = comments.find(({ id }) => url.pathname === `/repos/acme/app/issues/comments/${id}`)
      if (request.method !== 'PATCH' || !found) return answer(404, { message: 'Not Found' })
      found.body = body
      return answer(200, found)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    api,
    comments,
    requests,
    tokens,
    refuse(status, message) {
      refusal = { status, message }
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
