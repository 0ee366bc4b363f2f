// Makes the Python environment in which an app of somebody else is synthesized.
import { cachedEnvironment } from './cached-environment.mjs';

cachedEnvironment('cdk-python', 'strangers.lock', 'the app in Python is judged as it was synthesized once');
