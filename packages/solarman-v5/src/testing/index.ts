// Bytes of loggers built independently of the reader and writer: for tests, and for the simulator.
export * from './bytes.ts'
export * from './deye-micro.ts'
export * from './frame.ts'
export * from './modbus.ts'
export * from './vector-fields.ts'
export * from './vectors.ts'
