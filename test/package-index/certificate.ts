import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

const der = (tag: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content)
  const length =
    body.length < 128
      ? Buffer.of(body.length)
      : body.length < 256
        ? Buffer.of(0x81, body.length)
        : Buffer.of(0x82, body.length >> 8, body.length & 255)
  return Buffer.concat([Buffer.of(tag), length, body])
}
const sequence = (...content: Buffer[]) => der(0x30, ...content)
const oid = (...bytes: number[]) => der(0x06, Buffer.of(...bytes))
const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const utc = (date: string) => der(0x17, Buffer.from(date))

/**
 * Makes a certificate for 127.0.0.1, and for hosts by name, that signs itself (X.509, RFC 5280). It is no authority's: uv
 * takes none of those for a server's.
 */
export function selfSigned(name: string, hosts: readonly string[] = []): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const subject = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))))
  const extension = (id: Buffer, value: Buffer) => sequence(id, der(0x04, value))
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    subject,
    sequence(utc('200101000000Z'), utc('491231000000Z')),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension(
          oid(0x55, 0x1d, 0x11),
          sequence(der(0x87, Buffer.of(127, 0, 0, 1)), ...hosts.map(host => der(0x82, Buffer.from(host)))),
        ),
      ),
    ),
  )
  const signature = sign('sha256', signed, createPrivateKey(key))
  const cert = new X509Certificate(sequence(signed, ecdsaWithSha256, der(0x03, Buffer.of(0), signature))).toString()
  return { cert, key }
}
