/** An environment marker (PEP 508). Variables have their present names, names of extras their canonical form. */
export type Marker = { readonly type: 'and' | 'or'; readonly terms: readonly Marker[] } | Comparison

/** How a marker compares: as a version where both sides are one, else as a text (PEP 508). */
export type MarkerOperator = '==' | '!=' | '<=' | '>=' | '<' | '>' | '~=' | '===' | 'in' | 'not in'

/** One side of a comparison. */
export type Operand =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'string'; readonly value: string }

/** The smallest marker: `python_version < "3.13"`. */
export interface Comparison {
  readonly type: 'comparison'
  readonly left: Operand
  readonly operator: MarkerOperator
  readonly right: Operand
}
