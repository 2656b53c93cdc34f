// Makes a server listen and says clearly why it cannot.
import type { AddressInfo, ListenOptions, Server } from 'node:net'
import { type ListenTarget, StartError } from './errors.ts'

/** Resolves to the port, which the system chooses when `target.port` is 0; rejects with a StartError. */
export function listen(server: Server, target: ListenTarget, options: ListenOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(new StartError(target, error))
    server.once('error', onError)
    server.listen({ ...options, host: target.host, port: target.port }, () => {
      server.off('error', onError)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
