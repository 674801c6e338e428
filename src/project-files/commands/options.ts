import type { Word } from '../shell/words.ts'

/** An option of a command, with its value. */
export interface CommandOption {
  /** As written, without its value. */
  readonly name: string
  readonly value: Word | undefined
  /** The text of the value; undefined where it is not known or there is none. */
  readonly text: string | undefined
  readonly words: readonly Word[]
}

/** The words of a command behind its program. */
export interface CommandWords {
  readonly options: readonly CommandOption[]
  /** The verb and its arguments. */
  readonly plain: readonly Word[]
  /** Some of the words are known only to a build, and may be options. */
  readonly uncertain: boolean
}

/** Options of pip, uv, Poetry, conda, pip-compile and virtualenv that take the next word. */
const valued = new Set(
  `--requirement --requirements --constraint --constraints --build-constraint --build-constraints --override --overrides
  --exclude --excludes --editable --index-url --pypi-url --extra-index-url --index --default-index --find-links --target --prefix
  --root --src --platform --python-version --python-platform --implementation --abi --upgrade-strategy --progress-bar --no-binary
  --only-binary --trusted-host --allow-insecure-host --timeout --default-timeout --retries --resume-retries --cache-dir --log
  --proxy --cert --client-cert --exists-action --config-settings --config-setting --global-option --install-option
  --build-option --report --use-feature --use-deprecated --hash --python --root-user-action --group --only-group --no-group
  --index-strategy --keyring-provider --resolution --prerelease --exclude-newer --link-mode --torch-backend --refresh-package
  --upgrade-package --reinstall-package --extra --no-extra --no-build-isolation-package --config --config-file --directory
  --project --wheel-dir --dest --output-file --output --format --color --no-emit-package --no-install-package --package --with
  --without --only --extras --source --branch --tag --rev --bounds --index-settings --dependency-group --name --channel --file
  --categories --prune --build-deps-for --src-file --prompt --seed-packages --spec --from --pip-args --with-requirements --with-editable`.split(
    /\s+/,
  ),
)

/** The same, of one letter: `-c` is a constraint to what installs, and clears what `uv venv` makes. */
const valuedLetters = {
  install: new Set('-r -c -b -e -i -f -t -C -p -P -w -d -o -E -G -n'.split(' ')),
  compile: new Set('-o -b -c -P -C -f -p -i'.split(' ')),
  venv: new Set('-p -i -f'.split(' ')),
} as const

/** What a command does: install packages, compile a list of them, or make an environment. */
export type Doing = keyof typeof valuedLetters

/** Whether an option takes the next word. */
export function takesValue(option: string, doing: Doing): boolean {
  return valued.has(option) || valuedLetters[doing].has(option)
}

/** Tells options with their values from the other words of a command. */
export function readOptions(args: readonly Word[], doing: Doing = 'install'): CommandWords {
  const options: CommandOption[] = []
  const plain: Word[] = []
  let uncertain = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word.value === undefined) {
      // `torch==$VERSION` is a name; `$OPTIONS` may be anything.
      if (!/^[A-Za-z]/.test(word.lead) && !/^--[a-z-]+=/.test(word.lead)) uncertain = true
      if (/^--[a-z-]+=/.test(word.lead))
        options.push({ name: word.lead.slice(0, word.lead.indexOf('=')), value: word, text: undefined, words: [word] })
      else plain.push(word)
      continue
    }
    if (word.value[0] !== '-' || word.value === '-') {
      plain.push(word)
      continue
    }
    const [, long, glued] = /^(--[^=]+)=(.*)$/s.exec(word.value) ?? []
    const short = /^-([rcefitwpdC])(.+)$/s.exec(word.value)
    if (long !== undefined) options.push({ name: long, value: word, text: glued, words: [word] })
    else if (short && takesValue(`-${short[1]}`, doing))
      options.push({ name: `-${short[1]}`, value: word, text: short[2], words: [word] })
    else if (takesValue(word.value, doing) || /^-[A-Za-z]+r$/.test(word.value)) {
      // `-Ur` is `-U -r`.
      const flags = /^-([A-Za-z]+)r$/.exec(word.value)?.[1] ?? ''
      const name = flags === '' ? word.value : '-r'
      for (const flag of flags) options.push({ name: `-${flag}`, value: undefined, text: undefined, words: [word] })
      const value = args[++i]
      options.push({ name, value, text: value?.value, words: value ? [word, value] : [word] })
    } else options.push({ name: word.value, value: undefined, text: undefined, words: [word] })
  }
  return { options, plain, uncertain }
}

/** The options of a command under any of some names. */
export function optionsNamed(options: readonly CommandOption[], ...names: readonly string[]): CommandOption[] {
  return options.filter(({ name }) => names.includes(name))
}
