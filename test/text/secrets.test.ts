import { expect, test } from 'vitest'
import { withoutSecrets } from '../../src/text/secrets.ts'

test.each([
  ['a user and a password', '-i https://user:s3cret@example.org/simple', '-i https://****@example.org/simple'],
  ['a token', '-i https://t0ken@example.org/simple', '-i https://****@example.org/simple'],
  ['a password with an @ in it', '-i https://user:p@ss@example.org/simple', '-i https://****@example.org/simple'],
  [
    'a variable is what the file says',
    '-i https://${USER}:${TOKEN}@example.org/simple',
    '-i https://${USER}:${TOKEN}@example.org/simple',
  ],
  ['an @ behind the host is none', 'x @ git+https://example.org/x.git@v1', 'x @ git+https://example.org/x.git@v1'],
])('%s', (_, text, shown) => expect(withoutSecrets(text)).toBe(shown))
