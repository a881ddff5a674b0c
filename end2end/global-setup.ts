import { accessSync, constants } from 'node:fs';
import { programs } from './fixtures/programs';

/** Reports a missing program once, before a hundred tests fail for the same reason. */
export default function globalSetup(): void {
  for (const [name, path] of Object.entries(programs())) {
    try {
      accessSync(path, constants.X_OK);
    } catch {
      throw new Error(`the ${name} is not at ${path}: run \`cargo xtask test e2e\`, which builds it`);
    }
  }
}
