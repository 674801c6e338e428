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
  /** What has come of a repository, by its full name. */
  of(name: string): Kept
  close(): Promise<void>
}

/** What a code host keeps of a repository beside git. */
export interface Kept {
  readonly pulls: readonly PullRequest[]
  readonly statuses: readonly CommitStatus[]
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const user = { id: 1, login: 'bot', username: 'bot', full_name: 'Bot', email: 'bot@example.org' }
const found = (body: unknown): Answer => ({ status: 200, body })
const made = (body: unknown): Answer => ({ status: 201, body })

type Route = readonly [RegExp, (parts: readonly string[], sent: Record<string, string>) => Answer]

/**
 * As much of Gitea as Renovate asks for, on 127.0.0.1: it lists repositories, and keeps their pull requests, comments and the
 * statuses of commits. Git itself goes to the repositories without it.
 *
 * @param repositories by their full names, such as `acme/app`; looked at once the first request comes
 * @param presets files by name, served as they are
 */
export async function serveGitea(
  repositories: ReadonlyMap<string, Repository>,
  presets: Readonly<Record<string, string>>,
): Promise<Gitea> {
  const hosted = new Map<string, HostedRepository>()
  const of = (name: string) => {
    if (!hosted.has(name)) hosted.set(name, new HostedRepository(name, repositories.get(name)!))
    return hosted.get(name)!
  }
  /** What is asked of the host itself, and how it is answered: the first that fits. */
  const routes: readonly Route[] = [
    [/^GET \/user$/, () => found(user)],
    [/^GET \/version$/, () => found({ version: '1.24.0' })],
    [
      /^GET \/repos\/search$/,
      () => found({ ok: true, data: [...repositories.keys()].map(name => of(name).description()) }),
    ],
  ]

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://loopback')
    const preset = presets[pathname.slice('/presets/'.length)]
    if (preset !== undefined) return response.writeHead(200, { 'content-type': 'application/json' }).end(preset)
    const path = pathname.slice('/api/v1'.length)
    const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? []
    const [asked, among] = repositories.has(name) ? [rest, of(name).routes] : [path, routes]
    const { status, body } = answerTo(`${request.method} ${asked}`, await bodyOf(request), among)
    return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    api: `${base}/api/v1/`,
    presets: `${base}/presets`,
    of,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function answerTo(asked: string, sent: Record<string, string>, routes: readonly Route[]): Answer {
  for (const [pattern, answer] of routes) {
    const parts = pattern.exec(asked)
    if (parts) return answer(parts.slice(1).map(decodeURIComponent), sent)
  }
  return { status: 404, body: { message: 'not found' } }
}

/** A repository with what the host keeps of it. */
class HostedRepository implements Kept {
  readonly pulls: (PullRequest & { body: string; comments: Comment[] })[] = []
  readonly statuses: CommitStatus[] = []
  readonly #name: string
  readonly #repository: Repository

  constructor(name: string, repository: Repository) {
    this.#name = name
    this.#repository = repository
  }

  description() {
    const [login] = this.#name.split('/')
    return {
      id: 1,
      full_name: this.#name,
      owner: { id: 2, login, username: login },
      default_branch: 'main',
      permissions: { admin: true, push: true, pull: true },
      allow_rebase: true,
      ...{ archived: false, mirror: false, empty: false, fork: false, has_issues: true, has_pull_requests: true },
      clone_url: this.#repository.url,
      ssh_url: this.#repository.url,
    }
  }

  /** What is asked behind its address, and how it is answered: the first that fits. */
  readonly routes: readonly Route[] = [
    [/^GET $/, () => found(this.description())],
    [/^GET \/pulls$/, () => found(this.pulls.map(pull => this.#descriptionOf(pull)))],
    [
      /^POST \/pulls$/,
      (_, { title, body, head }) => {
        const pull = { number: this.pulls.length + 1, title: title!, body: body!, branch: head!, comments: [] }
        this.pulls.push(pull)
        return made(this.#descriptionOf(pull))
      },
    ],
    [
      /^(?:GET|PATCH) \/pulls\/(\d+)$/,
      ([number], { title, body }) => {
        const pull = this.pulls[Number(number) - 1]!
        Object.assign(pull, title === undefined ? {} : { title }, body === undefined ? {} : { body })
        return found(this.#descriptionOf(pull))
      },
    ],
    [/^GET \/issues\/(\d+)\/comments$/, ([number]) => found(this.pulls[Number(number) - 1]!.comments)],
    [
      /^POST \/issues\/(\d+)\/comments$/,
      ([number], { body }) => {
        const { comments } = this.pulls[Number(number) - 1]!
        const comment = { id: Number(number) * 100 + comments.length, body: body! }
        comments.push(comment)
        return made(comment)
      },
    ],
    [
      /^POST \/statuses\/(\w+)$/,
      ([commit], { context, state, description }) => {
        const id = this.statuses.length + 1
        const status = { id, commit: commit!, context: context!, status: state!, description: description! }
        this.statuses.push(status)
        return made(status)
      },
    ],
    [
      /^GET \/commits\/([^/]+)\/statuses$/,
      ([branch]) => found(this.statuses.filter(({ commit }) => commit === this.#repository.head(branch!))),
    ],
    [/^GET .*\/(?:labels|issues)$/, () => found([])],
  ]

  #descriptionOf({ number, title, body, branch }: PullRequest & { readonly body: string }) {
    return {
      ...{ number, title, body, state: 'open', mergeable: true, user, labels: [] },
      ...{ created_at: '2026-11-20T00:00:00Z', updated_at: '2026-11-20T00:00:00Z' },
      base: { ref: 'main' },
      head: { label: branch, ref: branch, sha: this.#repository.head(branch), repo: { full_name: this.#name } },
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? {} : JSON.parse(text)
}
