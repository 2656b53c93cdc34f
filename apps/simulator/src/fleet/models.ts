// The Deye micro-inverters that a simulated fleet is made of.

export interface InverterModel {
  name: string
  ratedPowerW: number
  mpptCount: 1 | 2 | 4
  /** How common the model is in a fleet, relative to the others. */
  share: number
}

/** Names and ratings as on the data sheets; shares are a guess at what balconies and small roofs carry. */
export const MODELS: readonly InverterModel[] = [
  { name: 'SUN300G3-EU-230', ratedPowerW: 300, mpptCount: 1, share: 2 },
  { name: 'SUN500G3-EU-230', ratedPowerW: 500, mpptCount: 1, share: 1 },
  { name: 'SUN600G3-EU-230', ratedPowerW: 600, mpptCount: 2, share: 6 },
  { name: 'SUN-M80G3-EU-Q0', ratedPowerW: 800, mpptCount: 2, share: 8 },
  { name: 'SUN1000G3-EU-230', ratedPowerW: 1000, mpptCount: 2, share: 3 },
  { name: 'SUN1300G3-EU-230', ratedPowerW: 1300, mpptCount: 4, share: 2 },
  { name: 'SUN1600G3-EU-230', ratedPowerW: 1600, mpptCount: 4, share: 2 },
  { name: 'SUN2000G3-EU-230', ratedPowerW: 2000, mpptCount: 4, share: 3 },
]

/** @param position in [0, 1): which model stands there when all shares are laid end to end. */
export function modelAt(position: number): InverterModel {
  const whole = MODELS.reduce((sum, model) => sum + model.share, 0)
  let remaining = position * whole
  for (const model of MODELS) {
    remaining -= model.share
    if (remaining < 0) {
      return model
    }
  }
  throw new RangeError(`position ${position} is not in [0, 1)`)
}
