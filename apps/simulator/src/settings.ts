// The environment of the simulator: defaults of its options, so that a container needs no arguments.
import { type SettingsOf, setting } from '@deye-hard/config'
import { FLEET_LOGGERS_MAX } from './fleet/fleet.ts'

export const simulatorSettings = {
  host: setting.text('SIMULATOR_HOST', { default: '127.0.0.1', about: 'Host of the collector to send to' }),
  port: setting.port('SIMULATOR_PORT', { default: 8899, about: 'TCP port of the collector to send to' }),
  loggers: setting.integer('SIMULATOR_LOGGERS', {
    default: 120,
    min: 1,
    max: FLEET_LOGGERS_MAX,
    about: 'How many loggers the simulated fleet has',
  }),
  seed: setting.integer('SIMULATOR_SEED', {
    default: 1,
    min: 0,
    max: 4_294_967_295,
    about: 'The same seed gives the same fleet and the same bytes',
  }),
  speed: setting.number('SIMULATOR_SPEED', {
    default: 1,
    min: 0.1,
    max: 10_000,
    about: 'Simulated seconds in a real one: sun and intervals run this much faster',
  }),
  bufferRecords: setting.integer('SIMULATOR_BUFFER_RECORDS', {
    default: 240,
    min: 0,
    max: 100_000,
    about: 'Unaccepted records that one logger keeps for replay',
  }),
  halfOpenMax: setting.integer('SIMULATOR_HALF_OPEN_MAX', {
    default: 1_000,
    min: 0,
    max: 100_000,
    about: 'Sockets of sleeping loggers that are left half open; beyond it the oldest is closed',
  }),
}

export type SimulatorDefaults = SettingsOf<typeof simulatorSettings>
