import type { YamlFile } from '../project-files/yaml-nodes.ts'

/**
 * What an install is taken to do in a second on a machine of a CI system, in bytes: download, and write to the disk. Round
 * figures for a rough estimate; a cache of wheels saves the first part and not the second.
 */
export const DOWNLOADED = 50e6
export const WRITTEN = 150e6

/** A rough estimate of how long an install takes, in seconds. */
export function secondsFor({ download, installed }: { readonly download: number; readonly installed: number }): number {
  return Math.round(download / DOWNLOADED + installed / WRITTEN)
}

/** How often the schedule of a workflow runs it in a month of 30 days; undefined where other events run it too. */
export function runsOfSchedule({ at, entries, items, textOf }: YamlFile, on: unknown): number | undefined {
  const events = entries(on).map(([event]) => event)
  if (!events.includes('schedule') || events.some(event => !/^(?:schedule|workflow_dispatch)$/.test(event)))
    return undefined
  const runs = items(at(on, 'schedule')).map(entry => runsOfCron(textOf(at(entry, 'cron')) ?? ''))
  return runs.includes(undefined) ? undefined : Math.round(runs.reduce<number>((sum, one) => sum + one!, 0))
}

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const
const names = [
  /^$/,
  /^$/,
  /^$/,
  /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i,
  /^(?:sun|mon|tue|wed|thu|fri|sat)$/i,
]

/** Runs of a line of cron in 30 days. Days of the month and of the week that are both named count each. */
function runsOfCron(cron: string): number | undefined {
  const fields = cron.trim().split(/\s+/)
  if (fields.length !== 5) return undefined
  const shares = fields.map((field, i) => shareOf(field, i))
  if (shares.includes(undefined)) return undefined
  const [minute, hour, day, month, week] = shares as number[]
  const days = day! < 1 && week! < 1 ? Math.min(1, day! + week!) : day! * week!
  return minute! * 60 * (hour! * 24) * (days * 30) * month!
}

/** Which part of its range a field names. */
function shareOf(field: string, at: number): number | undefined {
  const [low, high] = ranges[at]!
  const size = high - low + 1
  let count = 0
  for (const part of field.split(',')) {
    const [, from, to, step] = /^(\*|\d+|[a-z]{3})(?:-(\d+|[a-z]{3}))?(?:\/(\d+))?$/i.exec(part) ?? []
    if (from === undefined) return undefined
    if (/[a-z]/i.test(from) && !names[at]!.test(from)) return undefined
    if (from === '*' || (to === undefined && step !== undefined)) count += Math.ceil(size / Number(step ?? 1))
    else if (to === undefined) count++
    else if (/\d/.test(from) && /\d/.test(to)) count += Math.ceil((Number(to) - Number(from) + 1) / Number(step ?? 1))
    else return undefined
  }
  return Math.min(1, count / size)
}
