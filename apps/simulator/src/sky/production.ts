// What a micro-inverter makes of the light at one moment: volts and amps per input, watts on the grid side.
import { type Place, sunElevationDegrees } from './sun.ts'
import { airTemperatureC, clearShare, smoothNoise } from './weather.ts'

const CONVERSION_EFFICIENCY = 0.955
/** Modules are usually bought a little larger than the inverter. */
const MODULE_OVERSIZE = 1.12
const STANDARD_LIGHT_W_M2 = 1_000
/** Volts of one 54-cell module at its working point under full light and 25 °C. */
const MODULE_VOLTAGE_V = 33.5

export interface ProductionSite {
  place: Place
  siteSeed: number
  deviceSeed: number
  ratedPowerW: number
  mpptCount: number
  gridVoltageV: number
  gridFrequencyHz: 50 | 60
}

export interface PvInput {
  voltageV: number
  currentA: number
  powerW: number
}

export interface Production {
  inputs: PvInput[]
  acPowerW: number
  gridVoltageV: number
  gridCurrentA: number
  gridFrequencyHz: number
  radiatorTemperatureC: number
}

export function productionAt(site: ProductionSite, atMs: number): Production {
  const light = lightWm2(site, atMs)
  const airC = airTemperatureC(site.place, site.siteSeed, atMs)
  const inputs = Array.from({ length: site.mpptCount }, (_, input) => pvInput(site, input, light, airC, atMs))
  const dcW = inputs.reduce((sum, input) => sum + input.powerW, 0)
  const acPowerW = Math.min(site.ratedPowerW, dcW * CONVERSION_EFFICIENCY)
  const load = acPowerW / site.ratedPowerW
  const gridVoltageV =
    site.gridVoltageV * (0.985 + 0.03 * smoothNoise(site.siteSeed + 11, atMs, 420_000) + 0.008 * load)
  return {
    inputs,
    acPowerW,
    gridVoltageV,
    gridCurrentA: acPowerW / gridVoltageV,
    gridFrequencyHz: site.gridFrequencyHz - 0.06 + 0.12 * smoothNoise(site.siteSeed + 12, atMs, 90_000),
    radiatorTemperatureC: airC + 3 + 27 * load,
  }
}

/** AC watts alone, for integrating energy over a part of a day that nobody sampled. */
export function acPowerAtW(site: ProductionSite, atMs: number): number {
  return productionAt(site, atMs).acPowerW
}

/** Clear-sky light by Haurwitz (1945), 1098 · sin h · e^(−0.057 / sin h), dimmed by the clouds; W/m². */
function lightWm2(site: ProductionSite, atMs: number): number {
  const sine = Math.sin((sunElevationDegrees(site.place, atMs) * Math.PI) / 180)
  return sine <= 0.005 ? 0 : 1_098 * sine * Math.exp(-0.057 / sine) * clearShare(site.siteSeed, atMs)
}

function pvInput(site: ProductionSite, input: number, light: number, airC: number, atMs: number): PvInput {
  const mismatch = 0.94 + 0.06 * smoothNoise(site.deviceSeed + input, atMs, 1_800_000)
  const share = Math.min(1.15, (light / STANDARD_LIGHT_W_M2) * mismatch)
  if (share <= 0) {
    return { voltageV: 0, currentA: 0, powerW: 0 }
  }
  const moduleW = ((site.ratedPowerW * MODULE_OVERSIZE) / site.mpptCount) * share
  const cellC = airC + 24 * share
  const voltageV =
    MODULE_VOLTAGE_V * (1 + 0.035 * Math.log(Math.max(share, 0.01))) * (1 - 0.003 * (cellC - 25))
  return { voltageV, currentA: moduleW / voltageV, powerW: moduleW }
}
