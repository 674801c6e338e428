import { TorchpinError } from '../contract/errors.ts'
import { redactUrl } from '../text/secrets.ts'
import { printable } from '../text/terminal.ts'
import type { Send, WireRequest, WireResponse } from './wire.ts'

const redirecting = new Set([301, 302, 303, 307, 308])
const mostRedirects = 10

/**
 * Sends a request and follows where it is sent on, ten times at most.
 *
 * @param authorize gives the `Authorization` header for each place: the header of one host never goes to another
 * @returns the last answer, and where it was found
 * @throws TorchpinError INDEX_UNREADABLE where redirects go on for ever, lead from https to http, or nowhere
 */
export async function followRedirects(
  send: Send,
  request: WireRequest,
  authorize: (url: URL, redirected: boolean) => string | undefined,
): Promise<{ readonly response: WireResponse; readonly url: URL }> {
  let { url } = request
  for (let redirects = 0; ; redirects++) {
    const authorization = authorize(url, redirects > 0)
    const headers = authorization === undefined ? request.headers : { ...request.headers, authorization }
    const response = await send({ method: request.method, url, headers })
    const { location } = response.headers
    if (!redirecting.has(response.status) || location === undefined) return { response, url }

    const wrong = (problem: string) =>
      new TorchpinError('INDEX_UNREADABLE', `${redactUrl(request.url.href)} ${problem}`)
    await response.discard()
    const shown = printable(redactUrl(location.slice(0, 200)))
    if (redirects === mostRedirects) throw wrong(`is redirected more than ${mostRedirects} times`)
    if (!URL.canParse(location, url.href)) throw wrong(`is redirected to ${shown}, which is no URL`)
    const next = new URL(location, url)
    if (next.protocol !== 'https:' && next.protocol !== 'http:')
      throw wrong(`is redirected to ${shown}, which is not on the web`)
    if (url.protocol === 'https:' && next.protocol === 'http:')
      throw wrong(`is redirected from https to http: ${shown}`)
    next.username = ''
    next.password = ''
    url = next
  }
}
