// Runs once before all tests and once after them.
export async function setup(): Promise<void> {}
