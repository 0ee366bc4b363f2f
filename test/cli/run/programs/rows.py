def read(spark, folder):
    return spark.read.csv(folder)
