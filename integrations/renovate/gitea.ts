import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Repository } from './repository.ts'

export interface PullRequest {
  readonly number: number
  readonly title: string
  readonly branch: string
  readonly comments: readonly Comment[]
}

interface Comment {
  readonly id: number
  readonly body: string
}

export interface CommitStatus {
  readonly id: number
  readonly commit: string
  readonly context: string
  readonly status: string
  readonly description: string
}

export interface Gitea {
  /** Ends in `/`. */
  readonly api: string
  /** Where a file of this project can be had, as a preset is. */
  readonly presets: string
  readonly pulls: readonly PullRequest[]
  readonly statuses: readonly CommitStatus[]
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const user = { id: 1, login: 'bot', username: 'bot', full_name: 'Bot', email: 'bot@example.org' }
const found = (body: unknown): Answer => ({ status: 200, body })
const made = (body: unknown): Answer => ({ status: 201, body })

/**
 * As much of Gitea as Renovate asks for about one repository, `acme/app`, on 127.0.0.1: it keeps pull requests, their
 * comments and the statuses of commits. Git itself goes to the repository without it.
 *
 * @param repositoryOf asked once the first request comes
 * @param presets files by name, served as they are
 */
export async function serveGitea(
  repositoryOf: () => Repository,
  presets: Readonly<Record<string, string>>,
): Promise<Gitea> {
  const pulls: (PullRequest & { body: string; comments: Comment[] })[] = []
  const statuses: CommitStatus[] = []

  const describe = () => ({
    id: 1,
    full_name: 'acme/app',
    owner: { id: 2, login: 'acme', username: 'acme' },
    default_branch: 'main',
    permissions: { admin: true, push: true, pull: true },
    allow_rebase: true,
    ...{ archived: false, mirror: false, empty: false, fork: false, has_issues: true, has_pull_requests: true },
    clone_url: repositoryOf().url,
    ssh_url: repositoryOf().url,
  })
  const describePull = ({ number, title, body, branch }: (typeof pulls)[number]) => ({
    ...{ number, title, body, state: 'open', mergeable: true, user, labels: [] },
    ...{ created_at: '2026-11-20T00:00:00Z', updated_at: '2026-11-20T00:00:00Z' },
    base: { ref: 'main' },
    head: { label: branch, ref: branch, sha: repositoryOf().head(branch), repo: { full_name: 'acme/app' } },
  })

  /** What is asked, and how it is answered: the first that fits. */
  const routes: readonly (readonly [RegExp, (parts: readonly string[], sent: Record<string, string>) => Answer])[] = [
    [/^GET \/user$/, () => found(user)],
    [/^GET \/version$/, () => found({ version: '1.24.0' })],
    [/^GET \/repos\/acme\/app$/, () => found(describe())],
    [/^GET \/repos\/acme\/app\/pulls$/, () => found(pulls.map(describePull))],
    [
      /^POST \/repos\/acme\/app\/pulls$/,
      (_, { title, body, head }) => {
        const pull = { number: pulls.length + 1, title: title!, body: body!, branch: head!, comments: [] }
        pulls.push(pull)
        return made(describePull(pull))
      },
    ],
    [
      /^(?:GET|PATCH) \/repos\/acme\/app\/pulls\/(\d+)$/,
      ([number], { title, body }) => {
        const pull = pulls[Number(number) - 1]!
        return found(
          describePull(Object.assign(pull, title === undefined ? {} : { title }, body === undefined ? {} : { body })),
        )
      },
    ],
    [/^GET \/repos\/acme\/app\/issues\/(\d+)\/comments$/, ([number]) => found(pulls[Number(number) - 1]!.comments)],
    [
      /^POST \/repos\/acme\/app\/issues\/(\d+)\/comments$/,
      ([number], { body }) => {
        const comment = { id: Number(number) * 100 + pulls[Number(number) - 1]!.comments.length, body: body! }
        pulls[Number(number) - 1]!.comments.push(comment)
        return made(comment)
      },
    ],
    [
      /^POST \/repos\/acme\/app\/statuses\/(\w+)$/,
      ([commit], { context, state, description }) => {
        const status = {
          id: statuses.length + 1,
          commit: commit!,
          context: context!,
          status: state!,
          description: description!,
        }
        statuses.push(status)
        return made(status)
      },
    ],
    [
      /^GET \/repos\/acme\/app\/commits\/([^/]+)\/statuses$/,
      ([branch]) => found(statuses.filter(({ commit }) => commit === repositoryOf().head(branch!))),
    ],
    [/^GET .*\/(?:labels|issues)$/, () => found([])],
  ]

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://loopback')
    const preset = presets[pathname.slice('/presets/'.length)]
    if (preset !== undefined) return response.writeHead(200, { 'content-type': 'application/json' }).end(preset)
    const asked = `${request.method} ${pathname.slice('/api/v1'.length)}`
    const sent = await bodyOf(request)
    for (const [pattern, answer] of routes) {
      const parts = pattern.exec(asked)
      if (!parts) continue
      const { status, body } = answer(parts.slice(1).map(decodeURIComponent), sent)
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    return response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"not found"}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    api: `${base}/api/v1/`,
    presets: `${base}/presets`,
    pulls,
    statuses,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? {} : JSON.parse(text)
}
