// The app of cdk.json: the example that the README shows.
export { app, profile } from '../examples/heart-attack-mortality/app';
