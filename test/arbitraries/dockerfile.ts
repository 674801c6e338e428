import fc from 'fast-check'
import { jumbled, mangled } from './mangled.ts'
import { dockerfiles } from './seeds.ts'

// biome-ignore format: a list of pieces
const pieces: readonly string[] = [
  'FROM ', 'python:3.12', ' AS b', 'RUN ', 'pip install ', 'torch', '"', "'", '\\', '\n', '\r\n', '\r', ' ', '\t', '#', '# escape=`\n', '`', '$', '${', '}', '$(', ')', '(', '{', '&&', '||', ';', '|', '>', '<<EOF',
  '<<-"X"', 'EOF', '\nEOF\n', '[', ']', '["a", "b"]', '--mount=type=cache,', 'COPY --from=b ', '. ', '/opt/venv ', 'ENV A=', 'ARG ', 'if ', 'then ', 'fi', 'case ', 'esac', ';;', '\ufeff', 'é', '😀', '\0', ':-', 'sh -c ',
  '# syntax=docker/dockerfile:1\n', 'WORKDIR ', 'SHELL ["bash", "-c"]\n', 'ONBUILD ', 'USER ', 'CMD ', '&', '2>&1', '# torchpin: ignore cuda-torch\n', '-r requirements.txt', '--index-url=', ' \\\n  ',
]

const real = [...new Set(dockerfiles.flatMap(text => text.split(/(?<=\n)/)))]

/** Dockerfiles: real ones that are cut, their lines in any order, and pieces of their grammar. */
export const dockerfileTexts: fc.Arbitrary<string> = fc.oneof(
  jumbled(pieces, 60).map(text => `FROM x\n${text}`),
  fc
    .array(fc.constantFrom(...real), { minLength: 1, maxLength: 25 })
    .map(lines => `FROM python:3.12-slim\n${lines.join('')}`),
  mangled(dockerfiles, pieces),
)
