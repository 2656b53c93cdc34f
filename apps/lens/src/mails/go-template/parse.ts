// From parts to a tree: if, else if, with, range, variables, pipelines. What Go has beyond that is refused by its name.
import { parsePipeline } from './parse-pipeline.ts'
import type { Part } from './split.ts'
import { type Node, type Pipeline, TemplateFault } from './syntax.ts'
import { type Token, tokensOf } from './tokens.ts'

const REFUSED = new Set(['define', 'template', 'block', 'break', 'continue'])
const OPENING = new Set(['if', 'with', 'range'])

export function parseTemplate(parts: readonly Part[]): Node[] {
  const reader = new Reader(parts)
  const { nodes, ending } = readNodes(reader, ['$'])
  if (ending !== null) throw new TemplateFault(`unexpected ${ending.word}`, ending.line)
  return nodes
}

class Reader {
  readonly #parts: readonly Part[]
  #at = 0

  constructor(parts: readonly Part[]) {
    this.#parts = parts
  }

  next(): Part | undefined {
    return this.#parts[this.#at++]
  }
}

/** `else` or `end`, with what stands after it. */
interface Ending {
  word: string
  rest: readonly Token[]
  line: number
}

/** `names` are the variables in sight; what is declared inside is gone after the end. */
function readNodes(reader: Reader, names: readonly string[]): { nodes: Node[]; ending: Ending | null } {
  const nodes: Node[] = []
  const inSight = [...names]
  for (let part = reader.next(); part !== undefined; part = reader.next()) {
    if (part.kind === 'text') {
      nodes.push(part)
      continue
    }
    const { line } = part
    const tokens = tokensOf(part.source, line)
    const [first] = tokens
    const word = first?.kind === 'name' ? first.text : ''
    if (REFUSED.has(word)) throw new TemplateFault(`${word} is not supported`, line)
    if (word === 'else' || word === 'end') return { nodes, ending: { word, rest: tokens.slice(1), line } }
    if (OPENING.has(word)) {
      nodes.push(readControl(reader, word, tokens.slice(1), inSight, line))
      continue
    }
    const pipeline = parsePipeline(tokens, inSight, line)
    nodes.push({ kind: 'output', pipeline, line })
    if (!pipeline.isAssignment) inSight.push(...pipeline.variables)
  }
  return { nodes, ending: null }
}

function readControl(
  reader: Reader,
  word: string,
  tokens: readonly Token[],
  names: readonly string[],
  line: number,
): Node {
  const pipeline = parsePipeline(tokens, names, line)
  if (word !== 'range' && pipeline.variables.length > 1)
    throw new TemplateFault(`${word} declares one variable at most`, line)
  const inSight = [...names, ...pipeline.variables]
  const body = readNodes(reader, inSight)
  const otherwise = readElse(reader, word, body.ending, inSight, line)
  if (word === 'range') return { kind: 'range', pipeline, body: body.nodes, else: otherwise, line }
  return branch(word, pipeline, body.nodes, otherwise, line)
}

function readElse(
  reader: Reader,
  word: string,
  ending: Ending | null,
  names: readonly string[],
  line: number,
): readonly Node[] {
  if (ending === null) throw new TemplateFault(`${word} has no end`, line)
  const [first, ...rest] = ending.rest.filter((token, index) => index > 0 || token.kind !== 'space')
  if (ending.word === 'end') {
    if (first !== undefined) throw new TemplateFault('unexpected words after end', ending.line)
    return []
  }
  if (first === undefined) {
    const otherwise = readNodes(reader, names)
    if (otherwise.ending?.word !== 'end' || otherwise.ending.rest.length > 0)
      throw new TemplateFault('else has no end', ending.line)
    return otherwise.nodes
  }
  if (first.kind === 'name' && (first.text === 'if' || first.text === 'with') && word !== 'range')
    return [readControl(reader, first.text, rest, names, ending.line)]
  throw new TemplateFault('unexpected words after else', ending.line)
}

function branch(
  word: string,
  pipeline: Pipeline,
  then: readonly Node[],
  otherwise: readonly Node[],
  line: number,
): Node {
  return { kind: 'branch', test: word === 'if' ? 'if' : 'with', pipeline, then, else: otherwise, line }
}
