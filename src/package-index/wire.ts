/** One request as it goes out: no redirect followed, nothing tried again. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD'
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** What came back; the body is still on its way. It is to be read, or discarded: until then it holds its connection. */
export interface WireResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  /** As sent, its content encoding not undone. */
  readonly body: AsyncIterable<Uint8Array>
  /** Gives up what was not read of the body; a short one is let through, and the connection kept. */
  discard(): Promise<void>
}

/** Sends one request. Rejects with the error of the network. */
export type Send = (request: WireRequest) => Promise<WireResponse>
