import { resolve } from 'node:path'
import {
  type BaseType,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  NullType,
  NumberType,
  SchemaGenerator,
  StringType,
  type SubNodeParser,
  type SubTypeFormatter,
  UnionType,
} from 'ts-json-schema-generator'
import ts from 'typescript'
import { documents } from './documents.ts'

/** A code is a word: what reads today's documents must not stumble over a code of tomorrow. */
const codesAsWords: SubNodeParser = {
  supportsNode: node => ts.isTypeReferenceNode(node) && /^(?:\w+)?Code$/.test(node.typeName.getText()),
  createType: () => new StringType(),
}

/** Bytes, lines and counts: no document has a fraction. */
const wholeNumbers: SubTypeFormatter = {
  supportsType: type => type instanceof NumberType || isNullable(type),
  getDefinition: type => ({ type: isNullable(type) ? ['integer', 'null'] : 'integer' }),
  getChildren: () => [],
}

function isNullable(type: BaseType): boolean {
  const of = type instanceof UnionType ? type.getTypes() : []
  return of.length === 2 && of.some(one => one instanceof NumberType) && of.some(one => one instanceof NullType)
}

/**
 * The JSON Schema (draft 7) of each document, made from the types and docstrings of the library. Further keys are
 * allowed everywhere, since later versions add some.
 *
 * @param root the folder of the project
 */
export function jsonSchemas(root: string): Map<string, object> {
  const config = {
    ...DEFAULT_CONFIG,
    path: resolve(root, 'src/index.ts'),
    tsconfig: resolve(root, 'tsconfig.json'),
    topRef: false,
    additionalProperties: true,
    skipTypeCheck: true,
  }
  const program = createProgram(config)
  const parser = createParser(program, config, chain => chain.addNodeParser(codesAsWords))
  const formatter = createFormatter(config, chain => chain.addTypeFormatter(wholeNumbers))
  const generator = new SchemaGenerator(program, parser, formatter, config)
  return new Map(
    documents.map(({ file, type, command }) => {
      const { $schema, ...rest } = generator.createSchema(type)
      return [file, { $schema, title: `torchpin ${command} --format json`, ...rest }]
    }),
  )
}
