// The vocabulary of the fleet: readings, messages, outcomes; pure functions with the clock passed in.
export * from './message.ts'
export * from './quantities.ts'
