// The services that emit telemetry, by their `service.name`.
export const SERVICES = ['solar-api', 'solar-collector', 'solar-simulator', 'solar-lens'] as const
export type ServiceName = (typeof SERVICES)[number]

export const API = ['solar-api'] as const
export const COLLECTOR = ['solar-collector'] as const
export const BOTH = ['solar-api', 'solar-collector'] as const
