import type { Budget } from './budget.ts'
import type { Finding } from './rewrite.ts'

/** Outcome of an audit, and word for word the JSON document of `--format json`. Keys are added, never renamed. Bytes are unpacked. */
export interface AuditResult {
  readonly schema: 1
  /** The version of torchpin. */
  readonly version: string
  readonly source: {
    readonly path: string
    readonly kind: SourceKind
    /** Tags; left out of a folder that is no image. */
    readonly image?: readonly string[]
    /** `linux-x86_64`, `linux-aarch64`, or as the image has it. */
    readonly platform?: string
  }
  /** Each torch that is there in the end, with what it was built for. */
  readonly torch: readonly TorchResult[]
  /** One for each package, toolkit, folder of leftovers or layer; errors first, and the heaviest of them. */
  readonly findings: readonly AuditFinding[]
  /** Bytes that only an accelerator needs: in the end, and in all that ships. Of a folder both are the same. */
  readonly accelerator: { readonly effective: number; readonly shipped: number }
  /** By bytes, the heaviest first. */
  readonly distributions: readonly DistributionResult[]
  /** The lowest first; empty of a folder. */
  readonly layers: readonly LayerResult[]
  /** What is there in the end; a file with several names counts once. */
  readonly effective: Weight
  /** What all layers bring, deleted later or not, as Docker counts the size of an image. */
  readonly shipped: Weight
  readonly budgets: readonly Budget[]
  /** Whether there is no error among the findings. */
  readonly ok: boolean
}

/** Files and their bytes. */
export interface Weight {
  readonly files: number
  readonly bytes: number
}

/** A torch that is there. */
export interface TorchResult {
  readonly path: string
  readonly version: string
  /** `13.0`; null of a build without. */
  readonly cuda: string | null
  /** `6.4`, of a build for ROCm; null of a build without. */
  readonly hip: string | null
}

/** Something that an audit found. */
export interface AuditFinding extends Finding {
  /** The package it is about. */
  readonly distribution?: string
  /** It was accepted by the name of the package, and fails nothing. */
  readonly accepted?: true
  /** Bytes of its files. */
  readonly bytes?: number
  /** By bytes, the heaviest first; `path` is one of them. */
  readonly files?: readonly { readonly path: string; readonly bytes: number }[]
}

/** An installed package, through its RECORD. */
export interface DistributionResult {
  readonly name: string
  readonly version: string
  /** Where its metadata is. */
  readonly path: string
  readonly files: number
  readonly bytes: number
  /** Of these, what only an accelerator needs. */
  readonly accelerator: number
}

/** A layer of an image. */
export interface LayerResult {
  readonly digest: string
  /** The command that made it; empty where the image does not say. */
  readonly createdBy: string
  /** Bytes unpacked. */
  readonly bytes: number
  /** Bytes as stored in the image. */
  readonly compressed: number
  /** Of the unpacked bytes, what only an accelerator needs. */
  readonly accelerator: number
}

/** What was audited: a folder of one of three kinds, or an image in one of three forms. */
export type SourceKind = 'venv' | 'site-packages' | 'rootfs' | 'docker-archive' | 'oci-archive' | 'oci-layout'
