internal import CWeftKernels

/// The same as the kernels in C know it.
extension LaneStatistics {
  func native(_ type: ElementType) -> weft_survey {
    var survey = weft_survey()
    survey.guess = guess
    survey.is_signed = type.isSigned ? 1 : 0
    survey.wants_buckets = countsBuckets ? 1 : 0
    survey.minimum = minimum
    survey.maximum = maximum
    return survey
  }

  mutating func take(_ survey: weft_survey) {
    minimum = survey.minimum
    maximum = survey.maximum
    guessCount += Int(survey.guess_count)
    // The C structure has 16 counts of eight bytes.
    unsafe withUnsafeBytes(of: survey.bucket_count) { buckets in
      for bucket in 0..<16 {
        unsafe bucketCounts[bucket] += Int(buckets.load(fromByteOffset: 8 * bucket, as: UInt64.self))
      }
    }
  }
}
