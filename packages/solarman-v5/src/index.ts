// Solarman V5 as spoken between data loggers and a server: frames, messages, acks, Modbus; no I/O.
export * from './ack-writer.ts'
export * from './frame.ts'
export * from './frame-reader.ts'
export * from './malformed.ts'
