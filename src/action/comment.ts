import { largest } from '../text/lists.ts'
/** A pull request, and how it is reached. */
export interface PullRequest {
  /** The REST API: `https://api.github.com`. */
  readonly api: string
  /** `owner/name`. */
  readonly repository: string
  readonly number: number
  readonly token: string
}

interface Comment {
  readonly id: number
  readonly body?: string
  readonly user?: { readonly type?: string } | null
  readonly author_association?: string
}

/** An answer of the API that is none of success. */
export class RefusedComment extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RefusedComment'
    this.status = status
  }
}

/** Characters that GitHub takes for the body of a comment. */
const LONGEST = 65_536
/** An answer that takes longer is none. In milliseconds. */
const PATIENCE = 30_000

/**
 * Keeps one comment in a pull request: the one that begins with the marker is changed in place; where there is none, one is
 * made if the news is worth it. https://docs.github.com/rest/issues/comments
 *
 * @param marker an HTML comment, which readers do not see
 * @throws RefusedComment, or what `fetch` throws
 */
export async function keepComment(
  pull: PullRequest,
  marker: string,
  { markdown, isNews }: { readonly markdown: string; readonly isNews: boolean },
): Promise<void> {
  const body = fitted(`${marker}\n${markdown}`, LONGEST)
  const comments = `${pull.api}/repos/${pull.repository}/issues`
  const own = await findComment(pull, `${comments}/${pull.number}/comments?per_page=100`, marker)
  if (own?.body === body) return
  if (own) await ask(pull, 'PATCH', `${comments}/comments/${own.id}`, { body })
  else if (isNews) await ask(pull, 'POST', `${comments}/${pull.number}/comments`, { body })
}

async function findComment(pull: PullRequest, first: string, marker: string): Promise<Comment | undefined> {
  for (let page: string | undefined = first; page !== undefined; ) {
    const response = await ask(pull, 'GET', page)
    const comments = (await response.json()) as readonly Comment[]
    const own = comments.find(comment => comment.body?.startsWith(marker) && mayBeOurs(comment))
    if (own) return own
    const next = /<([^<>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    // The token goes to the API only.
    page = next !== undefined && new URL(next).origin === new URL(pull.api).origin ? next : undefined
  }
  return undefined
}

/** Anybody may write a marker: a stranger's comment is not taken for ours, or they could edit what we say. */
function mayBeOurs({ user, author_association = '' }: Comment): boolean {
  return user?.type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(author_association)
}

async function ask({ token }: PullRequest, method: string, url: string, body?: object): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'torchpin',
      'x-github-api-version': '2022-11-28',
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE),
  })
  if (response.ok) return response
  const { message = response.statusText } = (await response.json().catch(() => ({}))) as { message?: string }
  throw new RefusedComment(response.status, message)
}

/** Markdown of at most so many characters: cut behind a line, a fence that is open there closed. */
export function fitted(markdown: string, limit: number): string {
  if (markdown.length <= limit) return markdown
  const rest = '\n\nThe report is longer; the summary of the job has all of it.\n'
  const longest = largest(fencesOf(markdown).map(fence => fence.length))
  const shown = markdown.slice(0, markdown.lastIndexOf('\n', limit - rest.length - longest - 1) + 1)
  const fences = fencesOf(shown)
  return shown + (fences.length % 2 === 1 ? fences.at(-1) : '') + rest
}

function fencesOf(markdown: string): readonly string[] {
  return markdown.match(/^`{3,}/gm) ?? []
}
