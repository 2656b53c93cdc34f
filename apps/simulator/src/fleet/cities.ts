// Where simulated sites stand: cities on land round the globe, so that at any hour some of them have sun.

export interface City {
  name: string
  latitude: number
  longitude: number
  timezone: string
  gridVoltageV: number
  gridFrequencyHz: 50 | 60
}

/** Ordered by longitude, which is the order in which the sun wakes them. */
export const CITIES: readonly City[] = [
  city('Honolulu', 21.35, -157.9, 'Pacific/Honolulu', 240, 60),
  city('Papeete', -17.56, -149.58, 'Pacific/Tahiti', 230, 60),
  city('Vancouver', 49.2, -122.95, 'America/Vancouver', 240, 60),
  city('Los Angeles', 34.05, -118.2, 'America/Los_Angeles', 240, 60),
  city('Phoenix', 33.45, -112.07, 'America/Phoenix', 240, 60),
  city('Denver', 39.73, -104.95, 'America/Denver', 240, 60),
  city('Mexico City', 19.4, -99.15, 'America/Mexico_City', 220, 60),
  city('Austin', 30.27, -97.75, 'America/Chicago', 240, 60),
  city('Guatemala City', 14.62, -90.52, 'America/Guatemala', 240, 60),
  city('Quito', -0.2, -78.5, 'America/Guayaquil', 220, 60),
  city('Lima', -12.05, -76.95, 'America/Lima', 220, 60),
  city('Bogota', 4.65, -74.1, 'America/Bogota', 220, 60),
  city('Santiago', -33.45, -70.65, 'America/Santiago', 220, 50),
  city('Buenos Aires', -34.65, -58.5, 'America/Argentina/Buenos_Aires', 220, 50),
  city('Brasilia', -15.8, -47.9, 'America/Sao_Paulo', 220, 60),
  city('Recife', -8.06, -34.95, 'America/Recife', 220, 60),
  city('Ponta Delgada', 37.77, -25.6, 'Atlantic/Azores', 230, 50),
  city('Dakar', 14.75, -17.3, 'Africa/Dakar', 230, 50),
  city('Lisbon', 38.75, -9.15, 'Europe/Lisbon', 230, 50),
  city('Madrid', 40.42, -3.7, 'Europe/Madrid', 230, 50),
  city('Accra', 5.62, -0.2, 'Africa/Accra', 230, 50),
  city('Lagos', 6.6, 3.35, 'Africa/Lagos', 230, 50),
  city('Utrecht', 52.09, 5.11, 'Europe/Amsterdam', 230, 50),
  city('Freiburg', 48.0, 7.84, 'Europe/Berlin', 230, 50),
  city('Leipzig', 51.34, 12.37, 'Europe/Berlin', 230, 50),
  city('Vienna', 48.2, 16.35, 'Europe/Vienna', 230, 50),
  city('Warsaw', 52.23, 21.0, 'Europe/Warsaw', 230, 50),
  city('Bucharest', 44.43, 26.1, 'Europe/Bucharest', 230, 50),
  city('Johannesburg', -26.2, 28.04, 'Africa/Johannesburg', 230, 50),
  city('Cairo', 30.05, 31.25, 'Africa/Cairo', 220, 50),
  city('Nairobi', -1.29, 36.82, 'Africa/Nairobi', 240, 50),
  city('Tbilisi', 41.7, 44.8, 'Asia/Tbilisi', 220, 50),
  city('Dubai', 25.15, 55.3, 'Asia/Dubai', 230, 50),
  city('Tashkent', 41.3, 69.25, 'Asia/Tashkent', 220, 50),
  city('Pune', 18.52, 73.85, 'Asia/Kolkata', 230, 50),
  city('Dhaka', 23.78, 90.4, 'Asia/Dhaka', 220, 50),
  city('Bangkok', 13.78, 100.55, 'Asia/Bangkok', 220, 50),
  city('Hanoi', 21.02, 105.82, 'Asia/Ho_Chi_Minh', 220, 50),
  city('Perth', -31.93, 115.95, 'Australia/Perth', 230, 50),
  city('Manila', 14.62, 121.05, 'Asia/Manila', 230, 60),
  city('Seoul', 37.55, 127.0, 'Asia/Seoul', 220, 60),
  city('Adelaide', -34.9, 138.63, 'Australia/Adelaide', 230, 50),
  city('Canberra', -35.3, 149.12, 'Australia/Sydney', 230, 50),
  city('Noumea', -22.22, 166.48, 'Pacific/Noumea', 230, 50),
  city('Hamilton', -37.78, 175.28, 'Pacific/Auckland', 230, 50),
]

function city(
  name: string,
  latitude: number,
  longitude: number,
  timezone: string,
  gridVoltageV: number,
  gridFrequencyHz: 50 | 60,
): City {
  return { name, latitude, longitude, timezone, gridVoltageV, gridFrequencyHz }
}
