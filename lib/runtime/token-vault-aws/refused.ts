/** Whether DynamoDB did not do what it was asked for, since the condition did not hold. */
export function isRefused(error: unknown): boolean {
  return (error as Error).name === 'ConditionalCheckFailedException';
}
