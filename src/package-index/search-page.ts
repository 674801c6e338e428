import { searchHtml } from './search-html.ts'
import { searchJson } from './search-json.ts'

/** Of a page in JSON (PEP 691). */
export const json = 'application/vnd.pypi.simple.v1+json'

/** A page of a project as it came. */
export interface RawPage {
  readonly project: string
  readonly body: Buffer
  /** Its content type, as the server writes it. */
  readonly type: string | undefined
  /** Where it was found in the end. */
  readonly url: string
}

/** Makes the table of a page by searching it. @returns undefined where the page is not of the usual shape: then all of it is to be read */
export function searchPage({ project, body, type, url }: RawPage): Buffer | undefined {
  switch (type?.trim().toLowerCase()) {
    case json:
      return searchJson(project, body)
    case 'text/html':
      return searchHtml(project, body, url)
    default:
      return undefined
  }
}
