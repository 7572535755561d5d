//! The same code for several widths of vector, chosen where it runs.

/// A function compiled several times, once for each width of vector, of which the widest that the machine has is called. The
/// operations and their order are the same in all of them, and nothing is fused, so that results do not depend on it.
macro_rules! widest {
    (
        $(#[$about:meta])*
        $visibility:vis fn $name:ident$(<const $lanes:ident: usize>)?($($argument:ident: $type:ty),* $(,)?) $body:block
    ) => {
        $(#[$about])*
        #[allow(clippy::too_many_arguments, reason = "what the innermost work needs, each once")]
        $visibility fn $name$(<const $lanes: usize>)?($($argument: $type),*) {
            #[inline(always)]
            #[allow(clippy::too_many_arguments, reason = "those of the function it stands for")]
            fn plain$(<const $lanes: usize>)?($($argument: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn wide_512$(<const $lanes: usize>)?($($argument: $type),*) {
                    plain($($argument),*);
                }
                #[target_feature(enable = "avx2")]
                fn wide_256$(<const $lanes: usize>)?($($argument: $type),*) {
                    plain($($argument),*);
                }
                if $crate::wide::is_512() {
                    #[allow(unsafe_code, reason = "the features were just detected")]
                    return unsafe { wide_512($($argument),*) };
                }
                if std::arch::is_x86_feature_detected!("avx2") {
                    #[allow(unsafe_code, reason = "the feature was just detected")]
                    return unsafe { wide_256($($argument),*) };
                }
            }
            plain($($argument),*);
        }
    };
}
pub(crate) use widest;

/// Whether the machine has vectors of 512 bits with everything the code for them uses.
#[cfg(target_arch = "x86_64")]
pub(crate) fn is_512() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512vl")
        && std::arch::is_x86_feature_detected!("avx512bw")
}
