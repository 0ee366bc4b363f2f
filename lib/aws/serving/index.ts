export * from './approval-forwarding';
export * from './compute';
export * from './data-capture';
export * from './endpoint-alarm-thresholds';
export * from './inference-endpoint';
export * from './scaling';
export * from './served-model';
export * from './traffic-shift';
