export { WorkspaceAttributes } from './imported-workspace';
export * from './workspace';
