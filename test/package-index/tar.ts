import { file, tarOf } from '../audit/make-tar.ts'

/** Writes a tar archive of files by their names. */
export function makeTar(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return tarOf(Object.entries(files).map(([name, content]) => file(name, content)))
}
