// Makes the Python environment of the public scanner.
import { cachedEnvironment } from './cached-environment.mjs';

cachedEnvironment('checkov', 'scanner.lock', 'the public scanner is not run');
