// What tests of whole systems take from here: the numbers and names that the commands promise.
export { EXIT } from './exit.ts'
export { buildProgram } from './program.ts'
