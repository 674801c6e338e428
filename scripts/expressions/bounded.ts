/** Expressions that are worse than linear, and why that costs nothing: what bounds the texts they are given. */
export const boundedBy: ReadonlyMap<string, string> = new Map<string, string>([
  ['linux.*_(?:x86_64|aarch64)$|^any$', 'names of files in the snapshot'],
  [String.raw`linux\S*_aarch64`, 'the name of a file, of 255 characters at most'],
  [String.raw`linux\S*_x86_64|win_amd64`, 'the name of a file, of 255 characters at most'],
  [
    String.raw`(?:requirements?.*|(?:^|[-_.])constraints?.*|(?:^|[-_.])reqs?(?:[-_.].*)?|(?:^|[-_.])pip[-_.]?(?:freeze|list)|(?:^|[-_.])freeze)\.(?:txt|in)$|(?:^|[-_.])requirements(?:[-_.].*)?\.lock$`,
    'the name of a file on the disk, of 255 bytes at most',
  ],
  [
    String.raw`(?:requirements?|(?:^|[-_.])(?:constraints?|reqs?)(?=[-_.])).*\.(?:txt|in)$`,
    'the name of a file that a flag gives',
  ],
  [String.raw`"(?:[^"\\]|\\.)*"`, 'a list that JSON.parse has read: every string in it has its end'],
])
